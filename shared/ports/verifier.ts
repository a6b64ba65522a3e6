import type { SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';

/** Checks signatures, all of a request at once. */
export interface Verifier {
  /** One verdict for each check, in their order. */
  verifyAll(checks: readonly SignatureCheck[]): Promise<readonly Verdict[]>;
}
