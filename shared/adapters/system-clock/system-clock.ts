import { setTimeout as timeout } from 'node:timers/promises';
import type { Clock } from '#ports/clock.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';

/** The machine's clock; it may go back, as machines' clocks do. */
export const systemClock: Clock = {
  now: () => timestamp(BigInt(Date.now()) * 1000n),
  async sleep(length) {
    await timeout(Number(length) / 1000);
  },
};
