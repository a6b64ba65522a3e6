import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newRecentMap } from './recent-map.ts';

test('what was set is found until many others came after it', () => {
  const map = newRecentMap<number>(8);
  map.set('first', 1);
  for (let i = 0; i < 4; i++) map.set(`other ${i}`, i);
  assert.equal(map.get('first'), 1);
  for (let i = 0; i < 8; i++) map.set(`another ${i}`, i);
  assert.equal(map.get('first'), undefined);
});

test('what is used again and again is never forgotten', () => {
  const map = newRecentMap<number>(8);
  map.set('used', 1);
  for (let i = 0; i < 1000; i++) {
    map.set(`other ${i}`, i);
    assert.equal(map.get('used'), 1);
  }
});

test('no more than the limit is held', () => {
  const map = newRecentMap<number>(8);
  for (let i = 0; i < 100; i++) map.set(`${i}`, i);
  const held = Array.from({ length: 100 }, (_, i) => i).filter((i) => map.get(`${i}`) === i);
  assert.ok(held.length <= 8);
  assert.ok(held.includes(99));
});
