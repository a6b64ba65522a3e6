import assert from 'node:assert/strict';
import { test } from 'node:test';
import { u64Max } from '#protocol/primitives/numbers.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { bellFromText, hopsMax, textOfBell } from './bell-record.ts';

const bell = { chain: chainNamed('alice'), height: height(u64Max), hops: hopsMax };

test('a bell is read as it was written', () => {
  assert.deepEqual(bellFromText(textOfBell(bell)), { ok: true, value: bell });
});

test('anything else in a record is refused', () => {
  const good = JSON.parse(textOfBell(bell));
  const odd = [
    '',
    'null',
    '{',
    '[]',
    JSON.stringify({ ...good, format: 2 }),
    JSON.stringify({ ...good, chain: good.chain.toUpperCase() }),
    JSON.stringify({ ...good, chain: `${good.chain}00` }),
    JSON.stringify({ ...good, height: 1 }),
    JSON.stringify({ ...good, height: '01' }),
    JSON.stringify({ ...good, height: `${u64Max + 1n}` }),
    JSON.stringify({ ...good, hops: hopsMax + 1 }),
    JSON.stringify({ ...good, hops: -1 }),
    JSON.stringify({ ...good, more: 1 }),
    textOfBell(bell) + ' '.repeat(512),
  ];
  for (const text of odd) assert.equal(bellFromText(text).ok, false, text);
});
