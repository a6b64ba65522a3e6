import type { Clock } from '#ports/clock.ts';
import { UnreachableFault } from '#ports/validator-node.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';

/** Ends waits that last too long. */
export interface Deadlines {
  /** What `work` gives, or an `UnreachableFault` after `length`; the work itself goes on. */
  within<T>(work: Promise<T>, length: Duration): Promise<T>;
}

/** How late a deadline may be noticed. */
const step = duration(50_000n);

interface Waiting {
  readonly until: bigint;
  give(): void;
}

/** One sleeper for all deadlines, so that none keeps a process alive that has nothing else to do. */
export function newDeadlines(clock: Clock): Deadlines {
  const waiting = new Set<Waiting>();
  let isWatched = false;

  async function watch(): Promise<void> {
    isWatched = true;
    while (waiting.size > 0) {
      await clock.sleep(step);
      const now = clock.now();
      for (const one of waiting) if (one.until <= now) one.give();
    }
    isWatched = false;
  }

  return {
    async within(work, length) {
      const { promise, reject } = Promise.withResolvers<never>();
      const one: Waiting = {
        until: clock.now() + length,
        give() {
          waiting.delete(one);
          reject(new UnreachableFault(`no answer within ${length / 1_000n} ms`));
        },
      };
      waiting.add(one);
      if (!isWatched) void watch();
      try {
        return await Promise.race([work, promise]);
      } finally {
        waiting.delete(one);
      }
    },
  };
}
