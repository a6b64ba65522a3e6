import type { RingDriver } from '#adapters/sqs/driver-bell.ts';
import type { Clock } from '#ports/clock.ts';
import { uncertifiedAfterUs } from '#worker/finish-uncertified.ts';

export interface ReminderOptions {
  /** How many votes were cast here. */
  votes(): number;
  readonly ring: RingDriver;
  readonly clock: Clock;
}

/**
 * Rings for the driver when votes were cast, once in the time after which it looks: it sees all
 * votes of that time, and comes back for those that are too young.
 */
export function driverReminder({ votes, ring, clock }: ReminderOptions): () => Promise<void> {
  let rungFor = votes();
  let rungAt: bigint | undefined;
  return async () => {
    const now = clock.now();
    const isSoon = rungAt !== undefined && now < rungAt + uncertifiedAfterUs;
    if (isSoon || votes() === rungFor) return;
    rungFor = votes();
    rungAt = now;
    await ring(0);
  };
}
