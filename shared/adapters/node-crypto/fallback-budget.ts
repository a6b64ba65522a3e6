import type { Clock } from '#ports/clock.ts';
import { newRecentMap } from './recent-map.ts';

/** How many signatures that the platform refuses are looked at again, as they cost 12 times more. */
export interface FallbackLimits {
  /** For each claimed signer, who need not be the sender. */
  readonly perSignerPerSecond: number;
  readonly totalPerSecond: number;
}

export const defaultFallbackLimits: FallbackLimits = {
  perSignerPerSecond: 10,
  totalPerSecond: 100,
};

export interface FallbackBudget {
  /** Whether one more may be spent on `signer`; if so, it is spent. */
  spend(signer: string): boolean;
}

/** A bucket holds one second's worth and refills evenly. */
interface Bucket {
  tokens: number;
  filledAtUs: bigint;
}

const signersMax = 10_000;

export function newFallbackBudget(
  clock: Pick<Clock, 'now'>,
  limits: FallbackLimits = defaultFallbackLimits,
): FallbackBudget {
  const total: Bucket = { tokens: limits.totalPerSecond, filledAtUs: clock.now() };
  const signers = newRecentMap<Bucket>(signersMax);
  return {
    spend(signer) {
      const now = clock.now();
      let own = signers.get(signer);
      if (own === undefined) {
        own = { tokens: limits.perSignerPerSecond, filledAtUs: now };
        signers.set(signer, own);
      }
      fill(own, limits.perSignerPerSecond, now);
      fill(total, limits.totalPerSecond, now);
      if (own.tokens < 1 || total.tokens < 1) return false;
      own.tokens--;
      total.tokens--;
      return true;
    },
  };
}

/** A clock that went back adds nothing, and starts to count again from there. */
function fill(bucket: Bucket, perSecond: number, now: bigint): void {
  const elapsedUs = Number(now - bucket.filledAtUs);
  bucket.filledAtUs = now;
  if (elapsedUs <= 0) return;
  bucket.tokens = Math.min(perSecond, bucket.tokens + (elapsedUs * perSecond) / 1_000_000);
}
