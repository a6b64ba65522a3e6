import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getPublicKey, sign } from '@noble/ed25519';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { signerContract } from '#test/contracts/signer.ts';
import './noble-ed25519.ts';
import { ed25519SeedFrom, ed25519Signer, randomSeed } from './signer.ts';
import { signatureVerifier } from './verifier.ts';

const verifier = signatureVerifier({ policy: { kind: 'clients' } });

signerContract('ed25519Signer', () => ed25519Signer(randomSeed()), verifier);

test('keys and signatures are those of the reference library', async () => {
  for (let i = 0; i < 20; i++) {
    const seed = randomSeed();
    const message = randomSeed().slice(0, i);
    const signer = ed25519Signer(seed);
    assert.deepEqual(signer.publicKey.bytes, Uint8Array.from(getPublicKey(seed)));
    assert.deepEqual((await signer.sign(message)).bytes, Uint8Array.from(sign(message, seed)));
  }
});

test('the first example of RFC 8032 comes out as printed there', async () => {
  const signer = ed25519Signer(
    bytesFromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'),
  );
  assert.deepEqual(
    signer.publicKey.bytes,
    bytesFromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
  );
  assert.deepEqual(
    (await signer.sign(new Uint8Array())).bytes,
    bytesFromHex(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
        '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ),
  );
});

test('a derived seed follows from the secret and the name, and from nothing else', () => {
  const secret = bytesFromHex('0102');
  const seed = ed25519SeedFrom(secret, 'validator-1');
  assert.deepEqual(ed25519SeedFrom(secret, 'validator-1'), seed);
  assert.notDeepEqual(ed25519SeedFrom(secret, 'validator-2'), seed);
  assert.notDeepEqual(ed25519SeedFrom(bytesFromHex('01'), 'validator-1'), seed);
  assert.notDeepEqual(randomSeed(), randomSeed());
});

test('a seed of another length is refused', () => {
  assert.throws(() => ed25519Signer(new Uint8Array(31)), /32 bytes/);
});
