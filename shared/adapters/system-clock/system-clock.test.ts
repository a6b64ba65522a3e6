import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration } from '#protocol/primitives/numbers.ts';
import { systemClock } from './system-clock.ts';

test('time is in microseconds since 1970 and passes while one sleeps', async () => {
  const before = systemClock.now();
  assert.ok(before > 1_700_000_000_000_000n && before < 10_000_000_000_000_000n);
  await systemClock.sleep(duration(20_000n));
  assert.ok(systemClock.now() - before >= 18_000n);
});
