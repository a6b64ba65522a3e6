import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { checkLinearizable } from './linearizable.ts';
import { recordHistory } from './record.ts';

/** `npm run check:histories` takes longer ones, and more of them. */
const histories = 60;
const calls = 10;

test('what clients of one chain are told happened in one order, while things go wrong', async () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= histories; seed++) {
    const { history, balance } = await recordHistory(seed, calls);
    for (const { seen } of history) kinds.add(seen.kind);
    deepEqual({ seed, ...checkLinearizable(history, balance) }, { seed, kind: 'linearizable' });
  }
  ok(kinds.size === 5, [...kinds].join(', '));
});

test('the same seed gives the same history', async () => {
  deepEqual(await recordHistory(3, calls), await recordHistory(3, calls));
});
