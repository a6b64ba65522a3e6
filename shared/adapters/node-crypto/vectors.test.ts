import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesFromHex, hexFromBytes } from '#protocol/primitives/hex.ts';
import { newNativeVerify } from './native-ed25519.ts';
import { nobleVerify } from './noble-ed25519.ts';
import { ed25519Signer } from './signer.ts';

interface Signed {
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}
interface Vectors {
  readonly signatures: readonly (Signed & { readonly name: string; readonly valid: boolean })[];
  readonly keys: readonly (Signed & { readonly seed: string })[];
}
const file = new URL('../../../test/vectors/crypto.json', import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));
const nativeVerify = newNativeVerify();

// The first twelve meet the conditions of "Taming the many EdDSAs" (eprint 2020/1244), in its order.
for (const { name, valid, ...signed } of vectors.signatures) {
  test(`the rule ${valid ? 'accepts' : 'refuses'} ${name}`, () => {
    const publicKey = bytesFromHex(signed.publicKey);
    const message = bytesFromHex(signed.message);
    const signature = bytesFromHex(signed.signature);
    assert.equal(nobleVerify(publicKey, message, signature), valid);
    assert.ok(valid || !nativeVerify(publicKey, message, signature));
  });
}

test('keys and signatures follow from their seeds', async () => {
  for (const { seed, publicKey, message, signature } of vectors.keys) {
    const signer = ed25519Signer(bytesFromHex(seed));
    assert.equal(hexFromBytes(signer.publicKey.bytes), publicKey);
    const { bytes } = await signer.sign(bytesFromHex(message));
    assert.equal(hexFromBytes(bytes), signature);
  }
});
