import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBearable, stretch, stretchingCost } from './encryption.ts';

const salt = new Uint8Array(16);
const blocksOf = ({ log2N, r, p }: typeof stretchingCost) => 2 ** log2N * r * p;

test('our own cost is bearable, and no bearable one takes more than four times as much', () => {
  assert.ok(isBearable(stretchingCost));
  for (let log2N = 0; log2N < 256; log2N++) {
    for (const r of [0, 1, 2, 8, 9, 255]) {
      for (const p of [0, 1, 2, 4, 5, 255]) {
        const cost = { log2N, r, p } as unknown as typeof stretchingCost;
        const isPossible = log2N > 0 && r > 0 && p > 0;
        const isModest = blocksOf(cost) <= 4 * blocksOf(stretchingCost);
        assert.equal(isBearable(cost), isPossible && isModest, JSON.stringify(cost));
      }
    }
  }
});

test('costs that scrypt itself refuses are not bearable', () => {
  for (const [log2N, r, p] of [
    [20, 8, 2],
    [20, 8, 4],
    [0, 8, 1],
    [33, 1, 1],
  ] as const) {
    assert.throws(() => stretch('passphrase', { salt, log2N, r, p }));
    assert.ok(!isBearable({ log2N, r, p } as unknown as typeof stretchingCost));
  }
});

test('odd costs that are bearable make a key', () => {
  for (const [log2N, r, p] of [
    [1, 1, 255],
    [1, 255, 1],
    [4, 3, 5],
  ] as const) {
    assert.equal(stretch('passphrase', { salt, log2N, r, p }).length, 32);
  }
});
