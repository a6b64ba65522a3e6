import { setImmediate as turn } from 'node:timers/promises';
import { type ManualClock, manualClock } from '#adapters/memory/manual-clock.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';

/** Turns of the event loop in which nothing asleep wakes, before time passes. */
const quietTurns = 12;

/** A clock of the client world's, which stands still unless something is `passing`. */
export function clientClock(): ManualClock {
  return manualClock(timestamp(1_700_000_000_000_000n));
}

/** Lets time pass, as fast as the machine can follow, until the work is done. */
export async function passing<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) {
    for (let count = 0; count < quietTurns && !isDone; count++) await turn();
    const next = clock.nextWake();
    if (!isDone && next !== undefined) clock.advanceTo(next);
  }
  return await work;
}
