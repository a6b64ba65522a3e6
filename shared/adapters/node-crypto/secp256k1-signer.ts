import { getPublicKey, sign } from '@noble/secp256k1';
import type { Signer } from '#ports/signer.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { addressOf, personalDigest } from './eip191.ts';

/**
 * Signs as an EVM wallet's `personal_sign` does, with nonces of RFC 6979, so that the same message
 * always has the same signature. Its public key is the address. How long signing takes depends
 * on the key: it is for where nobody can measure that.
 *
 * @param seed - the private key: 32 bytes, big-endian, not 0 and below the order of the curve;
 *   random bytes are, but for one in 2^127.
 */
export function secp256k1Signer(seed: Uint8Array): Signer {
  const key = seed.slice();
  const scheme = 'secp256k1-eip191';
  return {
    publicKey: { scheme, bytes: addressOf(getPublicKey(key, false)) },
    sign: (message) => Promise.resolve({ scheme, bytes: signBytes(key, message) }),
  };
}

/** r ‖ s ‖ v; the library puts the recovery id in front. */
function signBytes(key: Uint8Array, message: Uint8Array): Uint8Array {
  assert(message.length === 32, 'what is signed is a digest of 32 bytes');
  const options = { prehash: false, format: 'recovered' } as const;
  const recovered = sign(personalDigest(message), key, options);
  const id = recovered[0] as number;
  assert(id < 2, 'the x of a nonce is below the order of the curve');
  return Uint8Array.of(...recovered.subarray(1), 27 + id);
}
