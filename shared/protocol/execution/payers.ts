import { amountText } from '../primitives/amount-text.ts';
import { amount, u128Max } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';

/** Something that fees are taken from: a grant, a balance. */
export interface Payer {
  /** What it holds, in 10⁻¹⁸ of a token. */
  available(): bigint;
  /** Takes what is available, or less. */
  take(share: bigint): void;
}

export type OutOfFees = Rejection<'out-of-fees'>;

/** Takes `cost` from the payers, each to the last token before the next; or nothing of any. */
export function collect(payers: readonly Payer[], cost: bigint): Result<undefined, OutOfFees> {
  const shares: [Payer, bigint][] = [];
  let owed = cost;
  for (const payer of payers) {
    if (owed === 0n) break;
    const available = payer.available();
    const share = available < owed ? available : owed;
    owed -= share;
    shares.push([payer, share]);
  }
  if (owed > 0n) return outOfFees(cost - owed, cost);
  for (const [payer, share] of shares) payer.take(share);
  return ok(undefined);
}

/** Refuses what costs more than there is to pay it with. */
export function outOfFees(available: bigint, cost: bigint) {
  const found = `${tokens(available)} tokens for fees`;
  return refuse('out-of-fees', found, `at least ${tokens(cost)}`);
}

/** A grant that pays, and what is left of it. */
export function grantPayer(grant: bigint): Payer {
  let left = grant;
  return {
    available: () => left,
    take: (share) => {
      left -= share;
    },
  };
}

function tokens(units: bigint): string {
  return amountText(amount(units > u128Max ? u128Max : units));
}
