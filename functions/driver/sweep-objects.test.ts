import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testClock } from '#test/support/committee.ts';
import { objectSweeper } from './sweep-objects.ts';

const dayMs = 86_400_000;

test('what is old and unnamed is removed, once an hour, wherever it lies', async () => {
  const clock = testClock();
  const objects = new Map([
    ['00/named', 2 * dayMs],
    ['11/unnamed', 2 * dayMs],
    ['22/young', dayMs - 1],
    ['ff/unnamed', dayMs],
  ]);
  const places = new Set<string>();
  const sweep = objectSweeper({
    list(behind) {
      places.add(behind);
      const found = [...objects].filter(([name]) => name > behind);
      return Promise.resolve(found.map(([name, ageMs]) => ({ name, ageMs })));
    },
    unnamed: (names) => Promise.resolve(names.filter((name) => !name.endsWith('/named'))),
    remove(name) {
      objects.delete(name);
      return Promise.resolve();
    },
    clock,
  });
  assert.equal(await sweep(), 2);
  assert.deepEqual([...objects.keys()], ['00/named', '22/young']);
  objects.set('33/unnamed', dayMs);
  assert.equal(await sweep(), undefined);
  clock.advance(3_600_000_000n);
  assert.equal(await sweep(), 1);
  assert.equal(places.size, 3);
});
