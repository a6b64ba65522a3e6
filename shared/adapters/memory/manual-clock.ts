import type { Clock } from '#ports/clock.ts';
import { type Duration, type Timestamp, timestamp } from '#protocol/primitives/numbers.ts';

export interface ManualClock extends Clock {
  /** When the first sleeper wakes; undefined if nobody sleeps. */
  nextWake(): Timestamp | undefined;
  /** Lets time pass, waking sleepers in the order of their times. */
  advance(length: Duration): void;
  /** Lets time pass up to then; a time that is past already changes nothing. */
  advanceTo(time: Timestamp): void;
}

interface Sleeper {
  readonly at: bigint;
  wake(): void;
}

/** Virtual time: it passes only when it is told to. */
export function manualClock(start: Timestamp): ManualClock {
  let now: bigint = start;
  /** The next to wake is the last; who began to sleep first wakes first. */
  const sleepers: Sleeper[] = [];

  function fallAsleep(sleeper: Sleeper): void {
    const later = sleepers.findIndex(({ at }) => at <= sleeper.at);
    sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper);
  }

  function advanceTo(time: bigint): void {
    for (
      let next = sleepers.at(-1);
      next !== undefined && next.at <= time;
      next = sleepers.at(-1)
    ) {
      sleepers.pop();
      if (next.at > now) now = next.at;
      next.wake();
    }
    if (time > now) now = time;
  }

  return {
    now: () => timestamp(now),
    sleep(length) {
      const { promise, resolve } = Promise.withResolvers<void>();
      fallAsleep({ at: now + length, wake: resolve });
      return promise;
    },
    nextWake() {
      const next = sleepers.at(-1);
      return next && timestamp(next.at);
    },
    advance: (length) => advanceTo(now + length),
    advanceTo,
  };
}
