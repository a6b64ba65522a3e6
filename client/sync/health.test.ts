import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '#adapters/memory/manual-clock.ts';
import { duration, timestamp } from '#protocol/primitives/numbers.ts';
import { newHealth } from './health.ts';

const second = 1_000_000n;
const requestWait = duration(5n * second);

function newOne() {
  const clock = manualClock(timestamp(1_000n * second));
  return { clock, health: newHealth(clock, requestWait) };
}

test('what is expected follows the answers, and allows for how much they vary', () => {
  const { health } = newOne();
  for (let i = 0; i < 40; i++) health.answered(duration(50_000n));
  const steady = health.expected();
  assert.ok(steady >= 50_000n && steady < 60_000n, `${steady}`);
  for (let i = 0; i < 40; i++) health.answered(duration(i % 2 === 0 ? 20_000n : 80_000n));
  assert.ok(health.expected() > 100_000n);
});

test('a validator that failed is suspect, until it answers or time passes', () => {
  const { clock, health } = newOne();
  assert.equal(health.isSuspect(), false);
  health.failed(clock.now());
  assert.equal(health.isSuspect(), true);
  clock.advance(duration(40n * second));
  assert.equal(health.isSuspect(), false);
  for (let i = 0; i < 4; i++) health.failed(clock.now());
  for (let i = 0; i < 4; i++) health.answered(duration(10_000n));
  assert.equal(health.isSuspect(), false);
});

test('after a failure less is waited, then more with each further one, within bounds', () => {
  const { clock, health } = newOne();
  assert.equal(health.patience(), requestWait);
  for (let i = 0; i < 20; i++) health.answered(duration(20_000n));
  const waits: bigint[] = [];
  for (let i = 0; i < 5; i++) {
    clock.advance(duration(second));
    health.failed(clock.now());
    waits.push(health.patience());
  }
  assert.deepEqual(waits, [second, 2n * second, 4n * second, requestWait, requestWait]);
  health.answered(duration(20_000n));
  assert.equal(health.patience(), requestWait);
});

test('requests that were under way together fail as one', () => {
  const { clock, health } = newOne();
  const since = clock.now();
  clock.advance(duration(second));
  for (let i = 0; i < 16; i++) health.failed(since);
  assert.equal(health.patience(), second);
});
