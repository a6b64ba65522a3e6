import type { Clock } from '#ports/clock.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';

/** Work that nobody waits for, until the client closes. */
export interface Background {
  add(work: Promise<unknown>): void;
  /** Waits until nothing is under way, or for `wait`. */
  settle(wait: Duration): Promise<void>;
}

const step = duration(20_000n);

export function newBackground(clock: Clock): Background {
  const under = new Set<Promise<unknown>>();
  return {
    add(work) {
      const forget = () => {
        under.delete(work);
      };
      under.add(work);
      work.then(forget, forget);
    },
    async settle(wait) {
      const until = clock.now() + wait;
      while (under.size > 0 && clock.now() < until) {
        await Promise.race([Promise.allSettled(under), clock.sleep(step)]);
      }
    },
  };
}
