import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nobleVerify } from '#adapters/node-crypto/noble-ed25519.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import { type Case, type CaseClass, caseMakers, newDraw } from '#test/support/ed25519-cases.ts';
import { nativeVerdicts } from './native-verdicts.ts';

const casesPerClass = 1450;
const root = new URL('../../', import.meta.url);

/** The lockfile's copy of Node 22, under the name that its package has on this platform. */
const node22 = fileURLToPath(
  new URL(`node_modules/node22-${platformPackage()}/bin/node${windowsSuffix()}`, root),
);

interface Judged {
  readonly kind: CaseClass;
  readonly bytes: Uint8Array;
  readonly valid: boolean;
}

let judged: readonly Judged[] = [];
let all: Uint8Array = new Uint8Array();

before(() => {
  const makers = Object.entries(caseMakers(newDraw('agreement')));
  judged = makers.flatMap(([kind, make]) =>
    Array.from({ length: casesPerClass }, () => judge(kind as CaseClass, make())),
  );
  all = concatBytes(...judged.map(({ bytes }) => bytes));
});

test('there are ten thousand different cases, a thousand of each class', () => {
  assert.ok(judged.length >= 10_000);
  for (const kind of new Set(judged.map((one) => one.kind))) {
    const ofKind = judged.filter((one) => one.kind === kind);
    const different = new Set(ofKind.map(({ bytes }) => Buffer.from(bytes).toString('hex')));
    assert.ok(different.size >= 1000, `${different.size} of ${kind}`);
  }
});

test('the rule accepts part of them, so agreement is no accident', () => {
  const valid = (kind: CaseClass): number =>
    judged.filter((one) => one.kind === kind && one.valid).length;
  for (const kind of ['non-canonical R', 'non-canonical A', 'small order', 'torsion'] as const) {
    assert.ok(valid(kind) > 200, `${valid(kind)} of ${kind}`);
  }
  assert.equal(valid('non-canonical S'), 0);
  assert.equal(valid('malleated'), 0);
});

test('on Node 24 whatever the platform accepts is valid by the rule', () => {
  assert.match(process.version, /^v24\./);
  checkSubset(nativeVerdicts(all));
});

test('on Node 22 whatever the platform accepts is valid by the rule', (context) => {
  if (!existsSync(node22)) {
    assert.ok(platformPackage() !== 'linux-x64', `${node22} is missing: npm install brings it`);
    context.diagnostic(`not tried: no Node 22 is packaged for ${platformPackage()}`);
    return;
  }
  assert.match(execFileSync(node22, ['--version'], { encoding: 'utf8' }), /^v22\./);
  const script = fileURLToPath(new URL('test/integration/native-verdicts.ts', root));
  const options = ['--no-warnings', '--experimental-strip-types', script];
  const verdicts = execFileSync(node22, options, { input: all, timeout: 60_000 });
  checkSubset(verdicts);
});

function judge(kind: CaseClass, { publicKey, message, signature }: Case): Judged {
  return {
    kind,
    bytes: concatBytes(publicKey, message, signature),
    valid: nobleVerify(publicKey, message, signature),
  };
}

/** Then the combined verdict, accepted by the platform or valid by the rule, is the rule's. */
function checkSubset(accepted: Uint8Array): void {
  assert.equal(accepted.length, judged.length);
  const wrong = judged.filter((one, i) => accepted[i] === 1 && !one.valid);
  assert.deepEqual(
    wrong.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
    [],
  );
  const combined = judged.map((one, i) => accepted[i] === 1 || one.valid);
  assert.deepEqual(
    combined,
    judged.map(({ valid }) => valid),
  );
  assert.ok(accepted.includes(1));
}

function platformPackage(): string {
  const { platform, arch } = process;
  return platform === 'darwin' && arch === 'arm64' ? 'bin-darwin-arm64' : `${platform}-${arch}`;
}

function windowsSuffix(): string {
  return process.platform === 'win32' ? '.exe' : '';
}
