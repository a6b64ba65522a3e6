import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recentValues } from './recent-values.ts';

test('what was used least recently is forgotten when there is too much', () => {
  const recent = recentValues();
  const megabyte = new Uint8Array(1024 * 1024);
  for (let at = 0; at < 12; at++) recent.set(`${at}`, megabyte);
  assert.equal(recent.get('0'), megabyte);
  for (let at = 12; at < 18; at++) recent.set(`${at}`, megabyte);
  assert.equal(recent.get('0'), megabyte);
  assert.equal(recent.get('1'), undefined);
  assert.equal(recent.get('17'), megabyte);
});

test('a value set again counts once', () => {
  const recent = recentValues();
  const megabyte = new Uint8Array(1024 * 1024);
  recent.set('first', megabyte);
  for (let at = 0; at < 100; at++) recent.set('again', megabyte);
  assert.equal(recent.get('first'), megabyte);
});
