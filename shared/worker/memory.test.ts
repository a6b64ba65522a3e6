import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Executed } from '#protocol/execution/execute-block.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { bounded, memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';

test('old entries are forgotten when all weigh too much, and a new value weighs once', () => {
  const map = bounded<string, number>(20, (value) => value);
  const found = () => ['a', 'b', 'c', 'd', 'e'].map((key) => map.get(key));
  map.set('a', 4);
  map.set('b', 4);
  map.set('a', 5);
  map.set('c', 2);
  deepEqual(found(), [5, 4, 2, undefined, undefined]);
  map.set('d', 10);
  deepEqual(found(), [undefined, undefined, 2, 10, undefined]);
});

test('a value that weighs more than half of all is not kept, nor what it replaces', () => {
  const map = bounded<string, number>(20, (value) => value);
  map.set('a', 1);
  map.set('a', 11);
  equal(map.get('a'), undefined);
});

test('what is forgotten weighs nothing', () => {
  const map = bounded<string, number>(20, (value) => value);
  for (let i = 0; i < 100; i++) {
    map.set('a', 9);
    map.forget('a');
  }
  map.set('b', 1);
  map.set('c', 9);
  deepEqual([map.get('a'), map.get('b'), map.get('c')], [undefined, 1, 9]);
});

test('at least half of the entries that there may be are there', () => {
  const map = bounded<number, true>(100);
  for (let i = 0; i < 1_000; i++) {
    map.set(i, true);
    for (let back = 0; back < 50 && back <= i; back++) equal(map.get(i - back), true);
    equal(map.get(i - 100), undefined);
  }
});

test('small blocks over large states are forgotten before their nodes fill the memory', () => {
  const { executed } = memoryOf({} as WorkerPorts);
  const hashes = Array.from({ length: 40 }, (_, index) => hashNamed(`block ${index}`));
  for (const hash of hashes) {
    const written = new Map([[hash, new Uint8Array(1_024 * 1_024)]]);
    executed.set(hash, { bodyBytes: 500, state: { written } } as unknown as Executed);
  }
  const kept = hashes.filter((hash) => executed.get(hash) !== undefined);
  deepEqual(kept, hashes.slice(-kept.length));
  equal(kept.length > 4 && kept.length <= 16, true);
});
