import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesFromHex, hexFromBytes } from '#protocol/primitives/hex.ts';
import { newNativeVerify } from './native-ed25519.ts';
import { nobleVerify } from './noble-ed25519.ts';
import { secp256k1Signer } from './secp256k1-signer.ts';
import { ed25519Signer } from './signer.ts';
import { signatureVerifier } from './verifier.ts';

interface Signed {
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}
type SignedByAddress = Omit<Signed, 'publicKey'> & { readonly address: string };
interface Vectors {
  readonly signatures: readonly (Signed & { readonly name: string; readonly valid: boolean })[];
  readonly keys: readonly (Signed & { readonly seed: string })[];
  readonly evmSignatures: readonly (SignedByAddress & {
    readonly name: string;
    readonly valid: boolean;
  })[];
  readonly evmKeys: readonly (SignedByAddress & { readonly seed: string })[];
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

const evmScheme = 'secp256k1-eip191';
const verifier = signatureVerifier({ policy: { kind: 'clients' } });

for (const { name, valid, address, message, signature } of vectors.evmSignatures) {
  test(`of an EVM signature the rule ${valid ? 'accepts' : 'refuses'} ${name}`, async () => {
    const check = {
      publicKey: { scheme: evmScheme, bytes: bytesFromHex(address) },
      message: bytesFromHex(message),
      signature: { scheme: evmScheme, bytes: bytesFromHex(signature) },
    } as const;
    assert.deepEqual(await verifier.verifyAll([check]), [valid ? 'valid' : 'invalid']);
  });
}

test('EVM addresses and signatures follow from their seeds', async () => {
  for (const { seed, address, message, signature } of vectors.evmKeys) {
    const signer = secp256k1Signer(bytesFromHex(seed));
    assert.equal(hexFromBytes(signer.publicKey.bytes), address);
    const { bytes } = await signer.sign(bytesFromHex(message));
    assert.equal(hexFromBytes(bytes), signature);
  }
});
