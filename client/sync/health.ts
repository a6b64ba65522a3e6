import type { Clock } from '#ports/clock.ts';
import { type Duration, duration, type Timestamp } from '#protocol/primitives/numbers.ts';

/** How one validator has answered lately. */
export interface Health {
  /** How long its next answer is likely to take, at most. */
  expected(): Duration;
  /** How long to wait for its next answer: shorter after failures, within bounds. */
  patience(): Duration;
  /** Whether it failed lately, so that nobody should wait for it who need not. */
  isSuspect(): boolean;
  answered(took: Duration): void;
  /** Failures of requests that were under way together count once. */
  failed(since: Timestamp): void;
}

/** Without any history. */
const latencyFirst = 200_000;
/** What is expected is never less. */
const expectedMin = 10_000;
/** The least time that a validator gets after a failure. */
const patienceMin = 1_000_000;
/** A failure counts half after so long. */
const halfLife = 30_000_000;
const scoreMax = 8;

/**
 * Estimates as those of a round trip in TCP: a moving mean and a moving deviation. Failures fade
 * with time, and each answer halves them.
 */
export function newHealth(clock: Clock, requestWait: Duration): Health {
  let mean: number | undefined;
  let deviation = 0;
  let score = 0;
  let scoredAt: bigint = clock.now();
  let failures = 0;
  let failedAt = 0n;

  function faded(): number {
    const now = clock.now();
    score *= 0.5 ** (Number(now - scoredAt) / halfLife);
    scoredAt = now;
    return score;
  }

  const expected = () => Math.max(expectedMin, (mean ?? latencyFirst) + 4 * deviation);

  return {
    expected: () => micros(expected()),
    patience() {
      if (failures === 0) return requestWait;
      const first = Math.max(patienceMin, 4 * expected());
      return micros(Math.min(Number(requestWait), first * 2 ** Math.min(failures - 1, scoreMax)));
    },
    isSuspect: () => faded() >= 0.5,
    answered(length) {
      const took = Number(length);
      deviation = mean === undefined ? took / 2 : deviation * 0.75 + Math.abs(took - mean) * 0.25;
      mean = mean === undefined ? took : mean * 0.875 + took * 0.125;
      score = faded() / 2;
      failures = 0;
    },
    failed(since) {
      if (since < failedAt) return;
      failedAt = clock.now();
      score = Math.min(scoreMax, faded() + 1);
      failures++;
    },
  };
}

function micros(value: number): Duration {
  return duration(BigInt(Math.ceil(value)));
}
