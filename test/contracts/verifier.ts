import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signer } from '#ports/signer.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { SignatureCheck } from '#protocol/crypto/signature.ts';

/** What every verifier promises, whatever its policy; `sign` makes signers of different keys. */
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
    const checks: SignatureCheck[] = [];
    for (const at of [0, 15, 31]) {
      checks.push({ ...good, message: withByteChanged(good.message, at) });
      const key = withByteChanged(good.publicKey.bytes, at);
      checks.push({ ...good, publicKey: { scheme: 'ed25519', bytes: key } });
      for (const half of [0, 32]) {
        const bytes = withByteChanged(good.signature.bytes, half + at);
        checks.push({ ...good, signature: { scheme: 'ed25519', bytes } });
      }
    }
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
      { ...good, publicKey: { ...publicKey, scheme: 'secp256k1-eip191' } },
      { ...good, signature: { ...signature, scheme: 'ml-dsa-65' } },
    ]);
    assert.deepEqual(verdicts, Array(5).fill('invalid'));
  });
}

function withByteChanged(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] as number) ^ 1;
  return changed;
}
