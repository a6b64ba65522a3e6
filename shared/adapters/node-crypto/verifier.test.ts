import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signer } from '#ports/signer.ts';
import type { SignatureCheck } from '#protocol/crypto/signature.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { verifierContract } from '#test/contracts/verifier.ts';
import { type Case, caseMakers, newDraw } from '#test/support/ed25519-cases.ts';
import type { VerifyEd25519 } from './native-ed25519.ts';
import { honestCase } from './native-trial.ts';
import { nobleVerify } from './noble-ed25519.ts';
import { withGroupOrders } from './scalar.ts';
import { secp256k1Signer } from './secp256k1-signer.ts';
import { ed25519Signer, randomSeed } from './signer.ts';
import { newVerdictMemo } from './verdict-memo.ts';
import { signatureVerifier } from './verifier.ts';

let now = 1_000_000_000n;
const clock = { now: () => timestamp(now) };
const validators = { kind: 'validators', clock } as const;
const clients = { kind: 'clients' } as const;
const ample = { perSignerPerSecond: 1000, totalPerSecond: 1000 };
const newSigner = (): Signer => ed25519Signer(randomSeed());
const newEvmSigner = (): Signer => secp256k1Signer(randomSeed());

verifierContract(
  "the validators' verifier",
  () => signatureVerifier({ policy: validators }),
  newSigner,
);
verifierContract("the clients' verifier", () => signatureVerifier({ policy: clients }), newSigner);
verifierContract(
  'a verifier with a memo',
  () => signatureVerifier({ policy: validators, memo: newVerdictMemo(100) }),
  newSigner,
);
verifierContract(
  'a verifier whose platform is distrusted',
  () => signatureVerifier({ policy: clients, nativeVerify: () => true }),
  newSigner,
);

verifierContract(
  "the validators' verifier, of EVM addresses",
  () => signatureVerifier({ policy: { ...validators, limits: ample } }),
  newEvmSigner,
);
verifierContract(
  "the clients' verifier, of EVM addresses",
  () => signatureVerifier({ policy: clients }),
  newEvmSigner,
);
verifierContract(
  'a verifier with a memo, of EVM addresses',
  () => signatureVerifier({ policy: clients, memo: newVerdictMemo(100) }),
  newEvmSigner,
);

const makers = caseMakers(newDraw('verifier'));
const honest = checkOf(honestCase);

function checkOf({ publicKey, message, signature }: Case): SignatureCheck {
  return {
    publicKey: { scheme: 'ed25519', bytes: publicKey },
    message,
    signature: { scheme: 'ed25519', bytes: signature },
  };
}

/** Valid by the rule, refused by the platform: an S that fits a point of small order. */
const crafted = checkOf(makers['small order']());

test('validators accept what only the fallback accepts; clients discard it', async () => {
  const verifier = signatureVerifier({ policy: validators });
  assert.deepEqual(await verifier.verifyAll([crafted]), ['valid']);
  assert.equal(verifier.counts().fallback, 1);
  const discarding = signatureVerifier({ policy: clients });
  assert.deepEqual(await discarding.verifyAll([crafted, honest]), ['invalid', 'valid']);
  assert.equal(discarding.counts().fallback, 0);
});

test('over its budget a validator is undecided, and never about an honest signature', async () => {
  const limits = { perSignerPerSecond: 2, totalPerSecond: 3 };
  const verifier = signatureVerifier({ policy: { ...validators, limits } });
  const forged = { ...honest, message: new Uint8Array(32) };
  const checks = [crafted, forged, crafted, forged, crafted, honest];
  const verdicts = await verifier.verifyAll(checks);
  assert.deepEqual(verdicts, ['valid', 'invalid', 'valid', 'undecided', 'undecided', 'valid']);
  assert.equal(verifier.counts().undecided, 2);
  now += 1_000_000n;
  assert.deepEqual(await verifier.verifyAll([crafted, forged]), ['valid', 'invalid']);
});

test('an S that is not reduced is invalid at no cost, also over the budget', async () => {
  const limits = { perSignerPerSecond: 0, totalPerSecond: 0 };
  const verifier = signatureVerifier({ policy: { ...validators, limits } });
  const signature = withGroupOrders(honestCase.signature, 1);
  const check = checkOf({ ...honestCase, signature });
  assert.deepEqual(await verifier.verifyAll([check, crafted]), ['invalid', 'undecided']);
  const { fallback, native } = verifier.counts();
  assert.deepEqual({ fallback, native }, { fallback: 0, native: 1 });
});

test('a platform that accepts what it must not is never asked, and nothing is budgeted', async () => {
  const limits = { perSignerPerSecond: 0, totalPerSecond: 0 };
  const careless: VerifyEd25519 = () => true;
  const verifier = signatureVerifier({
    policy: { ...validators, limits },
    nativeVerify: careless,
  });
  assert.deepEqual(verifier.native, {
    kind: 'distrusted',
    because: 'accepts S plus 1 times the group order',
  });
  const forged = { ...honest, message: new Uint8Array(32) };
  assert.deepEqual(await verifier.verifyAll([honest, forged]), ['valid', 'invalid']);
  assert.equal(verifier.counts().native, 0);
});

test('a memo spares the second check of what passed, for all who share it', async () => {
  const memo = newVerdictMemo(10);
  const first = signatureVerifier({ policy: validators, memo });
  const second = signatureVerifier({ policy: validators, memo });
  const forged = { ...honest, message: new Uint8Array(32) };
  assert.deepEqual(await first.verifyAll([honest, forged]), ['valid', 'invalid']);
  assert.deepEqual(await second.verifyAll([honest, forged]), ['valid', 'invalid']);
  const { native, remembered } = second.counts();
  assert.deepEqual({ native, remembered }, { native: 1, remembered: 1 });
});

test('a memo does not carry what only validators accept to clients', async () => {
  const memo = newVerdictMemo(10);
  assert.deepEqual(await signatureVerifier({ policy: validators, memo }).verifyAll([crafted]), [
    'valid',
  ]);
  assert.deepEqual(await signatureVerifier({ policy: clients, memo }).verifyAll([crafted]), [
    'invalid',
  ]);
});

test("on every class of crafted signature a validator's verdict is the rule's", async () => {
  const limits = { perSignerPerSecond: 1000, totalPerSecond: 1000 };
  const verifier = signatureVerifier({ policy: { ...validators, limits } });
  for (const make of Object.values(makers)) {
    for (let i = 0; i < 20; i++) {
      const one = make();
      const expected = nobleVerify(one.publicKey, one.message, one.signature);
      const verdicts = await verifier.verifyAll([checkOf(one)]);
      assert.deepEqual(verdicts, [expected ? 'valid' : 'invalid']);
    }
  }
});
