import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { bounded } from './memory.ts';

test('the oldest entries are forgotten when all weigh too much, and a new value weighs once', () => {
  const map = bounded<string, number>(10, (value) => value);
  map.set('a', 4);
  map.set('b', 4);
  map.set('a', 5);
  map.set('c', 2);
  deepEqual([map.get('a'), map.get('b'), map.get('c')], [5, undefined, 2]);
  map.set('d', 11);
  deepEqual([map.get('a'), map.get('c'), map.get('d')], [undefined, undefined, undefined]);
});
