import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signer } from '#ports/signer.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { SignatureCheck } from '#protocol/crypto/signature.ts';

/** What every verifier promises, whatever its policy; `newSigner` makes one of another key. */
export function verifierContract(
  name: string,
  make: () => Verifier,
  newSigner: () => Signer,
): void {
  async function honestCheck(fill = 1): Promise<SignatureCheck> {
    const signer = newSigner();
    const message = new Uint8Array(32).fill(fill);
    return { publicKey: signer.publicKey, message, signature: await signer.sign(message) };
  }

  test(`${name} answers nothing to no checks`, async () => {
    assert.deepEqual(await make().verifyAll([]), []);
  });

  test(`${name} gives one verdict for each check, in order`, async () => {
    const good = await honestCheck();
    const forged = { ...good, signature: (await honestCheck()).signature };
    const verdicts = await make().verifyAll([good, forged, good, await honestCheck(2), forged]);
    assert.deepEqual(verdicts, ['valid', 'invalid', 'valid', 'valid', 'invalid']);
  });

  test(`${name} gives the same verdicts when asked again`, async () => {
    const verifier = make();
    const good = await honestCheck();
    const wrong = { ...good, message: new Uint8Array(32).fill(9) };
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(await verifier.verifyAll([wrong, good]), ['invalid', 'valid']);
    }
  });

  test(`${name} finds a change of any byte`, async () => {
    const good = await honestCheck();
    const { publicKey, message, signature } = good;
    const checks: SignatureCheck[] = [
      ...changes(message).map((bytes) => ({ ...good, message: bytes })),
      ...changes(publicKey.bytes).map((bytes) => ({ ...good, publicKey: { ...publicKey, bytes } })),
      ...changes(signature.bytes).map((bytes) => ({ ...good, signature: { ...signature, bytes } })),
    ];
    assert.equal(checks.length, 15);
    const verdicts = await make().verifyAll(checks);
    assert.ok(verdicts.every((verdict) => verdict !== 'valid'));
  });

  test(`${name} finds wrong lengths and unsupported schemes invalid`, async () => {
    const good = await honestCheck();
    const { publicKey, signature } = good;
    const verdicts = await make().verifyAll([
      { ...good, signature: { ...signature, bytes: signature.bytes.slice(1) } },
      { ...good, signature: { ...signature, bytes: new Uint8Array(0) } },
      { ...good, publicKey: { ...publicKey, bytes: Uint8Array.of(...publicKey.bytes, 0) } },
      ...schemes
        .filter((scheme) => scheme !== publicKey.scheme)
        .flatMap((scheme) => [
          { ...good, publicKey: { ...publicKey, scheme } },
          { ...good, signature: { ...signature, scheme } },
          { ...good, publicKey: { ...publicKey, scheme }, signature: { ...signature, scheme } },
        ]),
    ]);
    assert.deepEqual(verdicts, Array(12).fill('invalid'));
  });
}

const schemes = ['ed25519', 'secp256k1-eip191', 'p256-webauthn', 'ml-dsa-65'] as const;

/** The bytes with one bit changed: at both ends, in the middle, and just beside it. */
function changes(bytes: Uint8Array): readonly Uint8Array[] {
  const middle = bytes.length >> 1;
  return [0, middle - 1, middle, middle + 1, bytes.length - 1].map((at) => {
    const changed = bytes.slice();
    changed[at] = (changed[at] as number) ^ 1;
    return changed;
  });
}
