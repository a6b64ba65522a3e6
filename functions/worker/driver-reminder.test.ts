import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testClock } from '#test/support/committee.ts';
import { uncertifiedAfterUs } from '#worker/finish-uncertified.ts';
import { driverReminder } from './driver-reminder.ts';

test('votes ring for the driver once in the time after which it looks, and nothing else does', async () => {
  const clock = testClock();
  let cast = 7;
  let rung = 0;
  const remind = driverReminder({
    votes: () => cast,
    ring: (hops) => {
      assert.equal(hops, 0);
      rung++;
      return Promise.resolve();
    },
    clock,
  });
  await remind();
  assert.equal(rung, 0);
  for (let vote = 0; vote < 3; vote++) {
    cast++;
    await remind();
  }
  assert.equal(rung, 1);
  clock.advance(uncertifiedAfterUs);
  await remind();
  await remind();
  assert.equal(rung, 2);
  clock.advance(uncertifiedAfterUs);
  await remind();
  assert.equal(rung, 2);
});
