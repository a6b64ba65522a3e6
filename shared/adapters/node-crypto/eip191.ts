import { createHmac, hash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hashes, recoverPublicKey } from '@noble/secp256k1';
import { asciiBytes, compareBytes, concatBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';

hashes.sha256 = (message) => new Uint8Array(hash('sha256', message, 'buffer'));
hashes.hmacSha256 = (key, message) =>
  new Uint8Array(createHmac('sha256', key).update(message).digest());

/** What a wallet signs when it is asked to sign the 32 bytes of `message`. Source: EIP-191, 0x45. */
export function personalDigest(message: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(personalPrefix, message));
}

/** The EVM address of a public key, given as the 65 bytes of its uncompressed form. */
export function addressOf(publicKey: Uint8Array): Uint8Array {
  return keccak_256(publicKey.subarray(1)).slice(12);
}

/**
 * Whether `signature` is r ‖ s ‖ v with v of 27 or 28, r below the order of the curve and s in its
 * lower half, neither 0: the only one of its several forms that counts.
 *
 * Source: the Ethereum yellow paper, appendix F; EIP-2 for s.
 */
export function isStrict(signature: Uint8Array): boolean {
  if (signature.length !== 65) return false;
  const r = signature.subarray(0, 32);
  const s = signature.subarray(32, 64);
  const v = signature[64];
  if (v !== 27 && v !== 28) return false;
  if (compareBytes(r, zero) === 0 || compareBytes(s, zero) === 0) return false;
  return compareBytes(r, groupOrder) < 0 && compareBytes(s, halfOrder) <= 0;
}

/** The address whose key made a strict signature of `message`, if there is one. Milliseconds. */
export function recoverAddress(message: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const recovered = concatBytes(
    Uint8Array.of((signature[64] as number) - 27),
    signature.subarray(0, 64),
  );
  const options = { prehash: false, isCompressed: false };
  try {
    return addressOf(recoverPublicKey(recovered, personalDigest(message), options));
  } catch {
    return undefined; // r is not the x of a point, or the key would be the point at infinity
  }
}

const personalPrefix = asciiBytes('\x19Ethereum Signed Message:\n32');
const zero = new Uint8Array(32);

/** Order of the base point, n, and ⌊n / 2⌋. Source: SEC 2 section 2.4.1. */
const groupOrder = bytesFromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const halfOrder = bytesFromHex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');
