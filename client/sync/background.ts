import type { Clock } from '#ports/clock.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';

/** Work that nobody waits for, until the client closes. */
export interface Background {
  add(work: Promise<unknown>): void;
  /** Says that something came of what is under way. */
  touch(): void;
  /** Waits until nothing is under way, or nothing has come of it for a while, or for `wait`. */
  settle(wait: Duration): Promise<void>;
}

const step = duration(20_000n);
/** Who has not answered for so long is not waited for. */
const silence = 400_000n;

export function newBackground(clock: Clock): Background {
  const under = new Set<Promise<unknown>>();
  let touched = 0n;
  return {
    add(work) {
      const forget = () => {
        under.delete(work);
      };
      under.add(work);
      work.then(forget, forget);
    },
    touch() {
      touched = clock.now();
    },
    async settle(wait) {
      const start = clock.now();
      const isWorth = (now: bigint) =>
        now < start + wait && now < (touched > start ? touched : start) + silence;
      while (under.size > 0 && isWorth(clock.now())) {
        await Promise.race([Promise.allSettled(under), clock.sleep(step)]);
      }
    },
  };
}
