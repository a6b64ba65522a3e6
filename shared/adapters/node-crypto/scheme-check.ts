import type { SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';

/** How signatures of one scheme are judged; key and signature are of that scheme. */
export interface SchemeCheck {
  /** The verdict if it is cheap, or nothing if `slow` is to decide. */
  cheap(check: SignatureCheck): Verdict | undefined;
  slow(check: SignatureCheck): Promise<Verdict>;
}

export interface VerifierCounts {
  readonly native: number;
  readonly fallback: number;
  readonly recovered: number;
  readonly undecided: number;
  readonly remembered: number;
}

/** Counts under way: all checks of one verifier add to the same. */
export type Tally = { -readonly [Name in keyof VerifierCounts]: VerifierCounts[Name] };

/** Between two slow checks the process attends to whatever else waits. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
