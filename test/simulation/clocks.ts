import { someMs, type WorldContext } from './context.ts';

/** By how much a machine's clock is off, in milliseconds. */
export interface Skew {
  now(): number;
  /** The most that it was until now. */
  most(): number;
}

/** A clock that is off by `skewMs`; while things go wrong it jumps, forth and back. */
export function jumpingSkew(context: WorldContext, skewMs: number): Skew {
  const { scheduler, random, nature, reach } = context;
  let [jumpMs, mostMs] = [0, 0];

  function plan(): void {
    const act = () => {
      jumpMs = random.pick([0, someMs(random, -20_000, 20_000), someMs(random, -900, 900)]);
      if (context.faults().jump > 0) {
        if (jumpMs > mostMs) mostMs = jumpMs;
        reach(jumpMs < 0 ? 'a clock jumped back' : 'a clock jumped ahead');
        plan();
      }
    };
    scheduler.after(nature, someMs(random, 1_000, 40_000), { label: 'a clock jumps', act });
  }

  if (random.chance(context.faults().jump)) plan();
  return {
    now: () => skewMs + (context.faults().jump > 0 ? jumpMs : 0),
    most: () => skewMs + mostMs,
  };
}
