import { hash } from 'node:crypto';
import type { Signer } from '#ports/signer.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';
import { concatBytes, equalBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';

/** Keys and signatures of one world. */
export interface SimulatedCrypto {
  signer(seed: Uint8Array): Signer;
  verifier(): Verifier;
}

/**
 * Keyed hashes in the shape of Ed25519: nothing in a world can make one without the signer, and
 * they cost a hundredth.
 */
export function keyedCrypto(): SimulatedCrypto {
  const secrets = new Map<string, Uint8Array>();

  function verdictOf({ publicKey, message, signature }: SignatureCheck): Verdict {
    const secret = secrets.get(hexFromBytes(publicKey.bytes));
    if (secret === undefined) return 'invalid';
    return equalBytes(signature.bytes, keyedHash(secret, message)) ? 'valid' : 'invalid';
  }

  return {
    signer(seed) {
      const key = sha256(seed);
      // Only canonical keys are admitted: the last byte stays below that of 2^255 − 19.
      key[31] = (key[31] as number) & 0x3f;
      secrets.set(hexFromBytes(key), seed);
      return {
        publicKey: { scheme: 'ed25519', bytes: key },
        sign: (message) =>
          Promise.resolve({ scheme: 'ed25519', bytes: keyedHash(seed, message) } as const),
      };
    },
    verifier: () => ({
      verifyAll: (checks) => Promise.resolve(checks.map(verdictOf)),
    }),
  };
}

function keyedHash(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const first = sha256(concatBytes(secret, message));
  return concatBytes(first, sha256(concatBytes(secret, first)));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(hash('sha256', bytes, 'buffer'));
}
