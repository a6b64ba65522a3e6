import type { Clock } from '#ports/clock.ts';
import type { Duration } from '#protocol/primitives/numbers.ts';
import { duration } from '#protocol/primitives/numbers.ts';

/** Lets in as much work as is wanted at once, and waits for each piece a limited time. */
export interface Admission {
  /** Work that is waited for no longer still counts until it ends. */
  run<T>(work: () => Promise<T>): Promise<Admitted<T>>;
  inFlight(): number;
}

export type Admitted<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'too-late' };

interface Waiting {
  readonly expires: bigint;
  giveUp(): void;
}

const tickUs = 200_000n;

export function newAdmission(clock: Clock, inFlightMax: number, deadline: Duration): Admission {
  let inFlight = 0;
  let isWatching = false;
  // All wait equally long, so whoever came first is given up first.
  const waiting = new Set<Waiting>();

  async function watch(): Promise<void> {
    isWatching = true;
    while (waiting.size > 0) {
      await clock.sleep(duration(deadline < tickUs ? deadline : tickUs));
      const now = clock.now();
      for (const one of waiting) {
        if (one.expires > now) break;
        waiting.delete(one);
        one.giveUp();
      }
    }
    isWatching = false;
  }

  return {
    inFlight: () => inFlight,
    run(work) {
      if (inFlight >= inFlightMax) return Promise.resolve({ kind: 'too-many' });
      inFlight++;
      return new Promise((resolve, reject) => {
        const expires = clock.now() + deadline;
        const one: Waiting = { expires, giveUp: () => resolve({ kind: 'too-late' }) };
        waiting.add(one);
        const leave = () => {
          inFlight--;
          waiting.delete(one);
        };
        work().then(
          (value) => {
            leave();
            resolve({ kind: 'done', value });
          },
          (error: unknown) => {
            leave();
            reject(error);
          },
        );
        if (!isWatching) watch().catch(reject);
      });
    },
  };
}
