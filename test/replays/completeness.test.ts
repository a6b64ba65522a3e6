import { deepEqual, notDeepEqual, ok } from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { routes } from '#wire/routes.ts';
import { ofClients } from './of-clients.ts';
import { ofEvidence } from './of-evidence.ts';
import { ofValidators } from './of-validators.ts';
import { type Dimension, dimensions, payloads, type SignedPayload } from './payloads.ts';
import { stageOf } from './stage.ts';
import { type ReplayVerifier, subjectOf } from './verifier.ts';

const root = dirname(dirname(import.meta.dirname));
const verifiers: readonly ReplayVerifier[] = [ofValidators, ofClients, ofEvidence].flatMap((room) =>
  Object.values(room),
);
const signedBy: readonly SignedPayload[] = Object.values(payloads);

/** The files of the program in which a line matches. */
function filesWith(pattern: RegExp): readonly string[] {
  return globSync('{shared,client,cli}/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts'))
    .filter((path) => pattern.test(readFileSync(join(root, path), 'utf8')))
    .sort();
}

/** They pass questions and verdicts on, and judge nothing. */
const carriers = [
  'client/local-node/remembering-verifier.ts',
  'shared/adapters/node-crypto/verifier.ts',
  'shared/ports/verifier.ts',
  'shared/protocol/chain/signatures.ts',
  'shared/worker/fetch-needs.ts',
  'shared/worker/verify.ts',
];

test('every file that judges a signature is in the matrix', () => {
  const judges = filesWith(/\b(?:verifyAll|checkVerdicts|isConvicted)\(/).filter(
    (path) => !carriers.includes(path),
  );
  deepEqual(judges, [...new Set(verifiers.map(({ file }) => file))].sort());
});

test('every payload that is signed is in the matrix', () => {
  const made = filesWith(/export function \w+Digest\(/).flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/export function (\w+Digest)\(/g)].map(
      ([, name = '']) => name,
    ),
  );
  // Names of state nodes, and the wrapping that EVM wallets put around any of the others.
  const others = ['heldValueDigest', 'nodeDigest', 'personalDigest'];
  const sources = [...new Set(signedBy.map(({ source }) => source))].sort();
  deepEqual(made.filter((name) => !others.includes(name)).sort(), sources);
  const signing = filesWith(/\.sign\(/);
  for (const path of signing) {
    if (path.startsWith('shared/adapters/')) continue;
    const text = readFileSync(join(root, path), 'utf8');
    ok(
      sources.some((source) => text.includes(source)),
      path,
    );
  }
});

test('every kind of request and every signed payload has a verifier', () => {
  deepEqual(
    Object.keys(payloads).filter((name) => !verifiers.some(({ accepts }) => accepts === name)),
    [],
  );
  const kinds = routes.flatMap(({ request }) => request ?? []);
  const offered = new Set<string>(verifiers.flatMap(({ request }) => request ?? []));
  deepEqual(
    kinds.filter((kind) => !offered.has(kind)),
    [],
  );
});

test('a signature binds the dimensions that its payload lists, and no others', async () => {
  const [stage, twin] = await Promise.all([stageOf(1), stageOf(2)]);
  const base = await subjectOf(stage);
  for (const [name, { binds, digest }] of Object.entries<SignedPayload>(payloads)) {
    for (const [dimension, change] of Object.entries(dimensions)) {
      const moved = digest({ ...base, ...change(stage, twin, base) });
      const isBound = binds.includes(dimension as Dimension);
      const compare: typeof deepEqual = isBound ? notDeepEqual : deepEqual;
      compare(moved, digest(base), `${name}: ${dimension}`);
    }
  }
});
