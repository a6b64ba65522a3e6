import { hash } from 'node:crypto';
import type { KeyScheme } from '#client/wallet/keys.ts';
import type { Signer } from '#ports/signer.ts';
import type { Verifier } from '#ports/verifier.ts';
import type {
  PublicKey,
  Signature,
  SignatureCheck,
  SignatureScheme,
  Verdict,
} from '#protocol/crypto/signature.ts';
import { concatBytes, equalBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';

/** Keys and signatures of one world. */
export interface SimulatedCrypto {
  signer(seed: Uint8Array, scheme: KeyScheme): Signer;
  verifier(): Verifier;
}

/**
 * Keyed hashes in the shapes of both schemes: nothing in a world can make one without the signer, and
 * they cost a hundredth.
 */
export function keyedCrypto(): SimulatedCrypto {
  const secrets = new Map<string, Uint8Array>();

  const nameOf = ({ scheme, bytes }: PublicKey) => `${scheme} ${hexFromBytes(bytes)}`;

  function verdictOf({ publicKey, message, signature }: SignatureCheck): Verdict {
    const secret = secrets.get(nameOf(publicKey));
    if (secret === undefined || signature.scheme !== publicKey.scheme) return 'invalid';
    const { bytes } = signed(secret, publicKey.scheme, message);
    return equalBytes(signature.bytes, bytes) ? 'valid' : 'invalid';
  }

  return {
    signer(seed, scheme) {
      const publicKey = { scheme, bytes: keyOf(seed, scheme) };
      secrets.set(nameOf(publicKey), seed);
      return { publicKey, sign: (message) => Promise.resolve(signed(seed, scheme, message)) };
    },
    verifier: () => ({
      verifyAll: (checks) => Promise.resolve(checks.map(verdictOf)),
    }),
  };
}

function keyOf(seed: Uint8Array, scheme: KeyScheme): Uint8Array {
  const key = sha256(seed);
  if (scheme !== 'ed25519') return key.slice(0, 20);
  // Only canonical keys are admitted: the last byte stays below that of 2^255 − 19.
  key[31] = (key[31] as number) & 0x3f;
  return key;
}

function signed(secret: Uint8Array, scheme: SignatureScheme, message: Uint8Array): Signature {
  const bytes = keyedHash(secret, message);
  return { scheme, bytes: scheme === 'ed25519' ? bytes : concatBytes(bytes, Uint8Array.of(27)) };
}

function keyedHash(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const first = sha256(concatBytes(secret, message));
  return concatBytes(first, sha256(concatBytes(secret, first)));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(hash('sha256', bytes, 'buffer'));
}
