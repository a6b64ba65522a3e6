import type { Duration, Timestamp } from '#protocol/primitives/numbers.ts';

export interface Clock {
  now(): Timestamp;
  sleep(length: Duration): Promise<void>;
}
