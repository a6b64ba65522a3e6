import type { Signer } from '#ports/signer.ts';
import type { Verifier } from '#ports/verifier.ts';

/** Accepts everything, so that what is left is the cost of all else. */
export const trustingVerifier: Verifier = {
  verifyAll: (checks) => Promise.resolve(checks.map(() => 'valid')),
};

/** Signs everything alike. */
export function fixedSignature({ publicKey }: Signer): Signer {
  const signature = { scheme: 'ed25519', bytes: new Uint8Array(64) } as const;
  return { publicKey, sign: () => Promise.resolve(signature) };
}
