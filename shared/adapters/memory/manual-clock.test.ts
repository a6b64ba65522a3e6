import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, timestamp } from '#protocol/primitives/numbers.ts';
import { manualClock } from './manual-clock.ts';

test('sleepers wake in the order of their times, then of their coming', async () => {
  const clock = manualClock(timestamp(100n));
  const woken: string[] = [];
  const sleeps = [30n, 10n, 20n, 10n, 0n].map(async (length, index) => {
    await clock.sleep(duration(length));
    woken.push(`${index}:${length}`);
  });
  assert.equal(clock.nextWake(), 100n);
  clock.advance(duration(20n));
  await Promise.all(sleeps.slice(1));
  assert.deepEqual(woken, ['4:0', '1:10', '3:10', '2:20']);
  assert.deepEqual([clock.now(), clock.nextWake()], [120n, 130n]);
  clock.advanceTo(timestamp(500n));
  await Promise.all(sleeps);
  assert.deepEqual([clock.now(), clock.nextWake(), woken.length], [500n, undefined, 5]);
});

test('time never goes back', () => {
  const clock = manualClock(timestamp(100n));
  clock.advanceTo(timestamp(50n));
  assert.equal(clock.now(), 100n);
});
