import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { deliverAll } from './deliver.ts';

/** `npm run sim:delivery` sends as many as it is asked to. */
const messages = 6_000;

test('every message arrives once and in order, though the queue is out for twenty days', async () => {
  const { waiting, doubled, misordered, conservationError, ...seen } = await deliverAll({
    messages,
    seed: 1,
  });
  deepEqual([waiting, doubled, misordered, conservationError], [0, 0, 0, 0n]);
  ok(seen.sent >= messages && seen.taken + seen.passedOver === seen.sent);
  ok(seen.passedOver > 0 && seen.bells > seen.bellsLost && seen.outageDays >= 19);
});
