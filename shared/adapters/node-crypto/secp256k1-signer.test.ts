import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signRecoverable } from 'tiny-secp256k1';
import { signerContract } from '#test/contracts/signer.ts';
import { independentDigest } from '#test/support/independent-eip191.ts';
import { secp256k1Signer } from './secp256k1-signer.ts';
import { randomSeed } from './signer.ts';
import { signatureVerifier } from './verifier.ts';

const verifier = signatureVerifier({ policy: { kind: 'clients' } });

signerContract('secp256k1Signer', () => secp256k1Signer(randomSeed()), verifier);

test('signatures are those that libsecp256k1 makes', async () => {
  for (let i = 0; i < 20; i++) {
    const seed = randomSeed();
    const message = randomSeed();
    const { bytes } = await secp256k1Signer(seed).sign(message);
    const { signature, recoveryId } = signRecoverable(independentDigest(message), seed);
    assert.deepEqual(bytes, Uint8Array.of(...signature, 27 + recoveryId));
  }
});

test('what is no private key of the curve makes no signer', () => {
  assert.throws(() => secp256k1Signer(new Uint8Array(31).fill(1)));
  assert.throws(() => secp256k1Signer(new Uint8Array(32)));
  assert.throws(() => secp256k1Signer(new Uint8Array(32).fill(255)));
});

test('only a digest of 32 bytes is signed', () => {
  const signer = secp256k1Signer(randomSeed());
  for (const length of [0, 31, 33]) {
    assert.throws(() => signer.sign(new Uint8Array(length)), /32 bytes/);
  }
});
