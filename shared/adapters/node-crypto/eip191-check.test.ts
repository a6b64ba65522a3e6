import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignatureCheck } from '#protocol/crypto/signature.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { secp256k1Signer } from './secp256k1-signer.ts';
import { ed25519Signer, randomSeed } from './signer.ts';
import { newVerdictMemo } from './verdict-memo.ts';
import { type SignatureVerifier, signatureVerifier } from './verifier.ts';

let now = 1_000_000_000n;
const clock = { now: () => timestamp(now) };
const alice = secp256k1Signer(new Uint8Array(32).fill(1));
const bob = secp256k1Signer(new Uint8Array(32).fill(2));

function validators(perSignerPerSecond: number, totalPerSecond: number): SignatureVerifier {
  const limits = { perSignerPerSecond, totalPerSecond };
  return signatureVerifier({ policy: { kind: 'validators', clock, limits } });
}

async function checkBy(signer: typeof alice, fill: number): Promise<SignatureCheck> {
  const message = new Uint8Array(32).fill(fill);
  return { publicKey: signer.publicKey, message, signature: await signer.sign(message) };
}

test('over its budget a recovery is undecided, also of an honest signature', async () => {
  const verifier = validators(2, 3);
  const checks = await Promise.all([1, 2, 3].map((fill) => checkBy(alice, fill)));
  const others = await Promise.all([1, 2].map((fill) => checkBy(bob, fill)));
  const verdicts = await verifier.verifyAll([...checks, ...others]);
  assert.deepEqual(verdicts, ['valid', 'valid', 'undecided', 'valid', 'undecided']);
  assert.equal(verifier.counts().undecided, 2);
  now += 1_000_000n;
  assert.deepEqual(await verifier.verifyAll(checks.slice(2)), ['valid']);
});

test('what was found valid is so again at no cost, also over the budget', async () => {
  const verifier = validators(1, 1);
  const check = await checkBy(alice, 1);
  const other = await checkBy(alice, 2);
  const verdicts = await verifier.verifyAll([check, other, check, check]);
  assert.deepEqual(verdicts, ['valid', 'undecided', 'valid', 'valid']);
  const { recovered, remembered } = verifier.counts();
  assert.deepEqual({ recovered, remembered }, { recovered: 1, remembered: 2 });
});

test('validators with one memo recover a key once', async () => {
  const memo = newVerdictMemo(10);
  const [first, second] = [0, 1].map(() =>
    signatureVerifier({ policy: { kind: 'validators', clock }, memo }),
  );
  const check = await checkBy(alice, 1);
  assert.deepEqual(await first?.verifyAll([check]), ['valid']);
  assert.deepEqual(await second?.verifyAll([check]), ['valid']);
  assert.equal(second?.counts().recovered, 0);
});

test('a form that does not count is invalid at no cost, also over the budget', async () => {
  const verifier = validators(0, 0);
  const good = await checkBy(alice, 1);
  const zeros = new Uint8Array(32);
  const forms = [
    { at: 64, bytes: Uint8Array.of(0) },
    { at: 64, bytes: Uint8Array.of(26) },
    { at: 64, bytes: Uint8Array.of(29) },
    { at: 0, bytes: zeros },
    { at: 0, bytes: zeros.slice().fill(255) },
    { at: 32, bytes: zeros },
    { at: 32, bytes: zeros.slice().fill(255, 0, 1) },
  ];
  const checks = forms.map(({ at, bytes }) => {
    const changed = good.signature.bytes.slice();
    changed.set(bytes, at);
    return { ...good, signature: { ...good.signature, bytes: changed } };
  });
  const longer = { ...good, message: new Uint8Array(33) };
  const verdicts = await verifier.verifyAll([...checks, longer, good]);
  assert.deepEqual(verdicts, [...Array(8).fill('invalid'), 'undecided']);
});

test('who exhausts the budget of one scheme harms the users of no other', async () => {
  const verifier = validators(1, 1);
  const signer = ed25519Signer(randomSeed());
  const message = new Uint8Array(32).fill(1);
  const signature = await signer.sign(new Uint8Array(32).fill(2));
  const forged = { publicKey: signer.publicKey, message, signature };
  const verdicts = await verifier.verifyAll([forged, forged, await checkBy(alice, 1)]);
  assert.deepEqual(verdicts, ['invalid', 'undecided', 'valid']);
});
