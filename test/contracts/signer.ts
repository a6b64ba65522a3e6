import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signer } from '#ports/signer.ts';
import type { Verifier } from '#ports/verifier.ts';
import { isAdmissible } from '#protocol/crypto/signature.ts';

/** What every signer promises; `make` gives one with a key of its own each time. */
export function signerContract(
  name: string,
  make: () => Signer | Promise<Signer>,
  verifier: Verifier,
): void {
  const message = new Uint8Array(32).fill(7);

  test(`${name} signs so that the signature is valid for its own key only`, async () => {
    const signer = await make();
    const other = await make();
    const signature = await signer.sign(message);
    const verdicts = await verifier.verifyAll([
      { publicKey: signer.publicKey, message, signature },
      { publicKey: other.publicKey, message, signature },
      { publicKey: signer.publicKey, message: new Uint8Array(32).fill(8), signature },
    ]);
    assert.deepEqual(verdicts, ['valid', 'invalid', 'invalid']);
  });

  test(`${name} signs the same message with the same bytes`, async () => {
    const signer = await make();
    assert.deepEqual(await signer.sign(message), await signer.sign(message));
  });

  test(`${name} has an admissible key, of the scheme it signs with`, async () => {
    const signer = await make();
    assert.ok(isAdmissible(signer.publicKey));
    assert.equal((await signer.sign(message)).scheme, signer.publicKey.scheme);
  });

  test(`${name} gives plain arrays, which are copied when sliced`, async () => {
    const signer = await make();
    const { bytes } = await signer.sign(message);
    for (const array of [bytes, signer.publicKey.bytes]) {
      assert.equal(Object.getPrototypeOf(array), Uint8Array.prototype);
    }
  });
}
