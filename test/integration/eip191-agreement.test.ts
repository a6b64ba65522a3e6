import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { newDraw } from '#test/support/ed25519-cases.ts';
import { type Eip191Class, eip191CaseMakers } from '#test/support/eip191-cases.ts';
import { type Eip191Case, independentVerdict } from '#test/support/independent-eip191.ts';

const casesPerClass = 640;
/** Refused without a recovery, which takes the most time by far. */
const cheap: readonly string[] = ['other v', 'high s', 'out of range'] satisfies Eip191Class[];
const casesPerCheapClass = 1_700;

interface Judged {
  readonly kind: Eip191Class;
  readonly made: Eip191Case;
  readonly valid: boolean;
}

let judged: readonly Judged[] = [];

before(() => {
  const makers = Object.entries(eip191CaseMakers(newDraw('eip191-agreement')));
  judged = makers.flatMap(([kind, make]) =>
    Array.from({ length: cheap.includes(kind) ? casesPerCheapClass : casesPerClass }, () =>
      judge(kind as Eip191Class, make()),
    ),
  );
});

function judge(kind: Eip191Class, made: Eip191Case): Judged {
  return { kind, made, valid: independentVerdict(made) };
}

test('there are ten thousand cases, which differ', () => {
  assert.ok(judged.length >= 10_000);
  const different = new Set(
    judged.map(({ made }) => Buffer.concat(Object.values(made)).toString('hex')),
  );
  assert.ok(different.size >= 10_000, `${different.size}`);
});

test('libsecp256k1 finds some classes valid and some never, so agreement is no accident', () => {
  const valid = (kind: Eip191Class): number =>
    judged.filter((one) => one.kind === kind && one.valid).length;
  assert.equal(valid('honest'), casesPerClass);
  for (const kind of ['arbitrary', 'boundary'] as const) {
    assert.ok(valid(kind) > 150 && valid(kind) < casesPerClass - 150, `${valid(kind)} of ${kind}`);
  }
  const never = ['other parity', 'other v', 'high s', 'out of range', 'infinity'] as const;
  for (const kind of never) assert.equal(valid(kind), 0, kind);
});

test('our verdict is that of libsecp256k1 on every one of them', async () => {
  const verifier = signatureVerifier({ policy: { kind: 'clients' } });
  const scheme = 'secp256k1-eip191';
  const verdicts = await verifier.verifyAll(
    judged.map(({ made: { address, message, signature } }) => ({
      publicKey: { scheme, bytes: address },
      message,
      signature: { scheme, bytes: signature },
    })),
  );
  const wrong = judged.filter(({ valid }, i) => verdicts[i] !== (valid ? 'valid' : 'invalid'));
  assert.deepEqual(wrong, []);
});
