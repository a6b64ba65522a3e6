import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Query,
  queryText,
  readCursor,
  readFlag,
  readHeight,
  readLimit,
  readQuery,
} from './query.ts';

function query(text: string): Query {
  const read = readQuery(text, ['from', 'limit', 'cursor', 'pending']);
  assert(read.ok);
  return read.value;
}

function isRefused(result: { readonly ok: boolean }): boolean {
  return !result.ok;
}

test('what is written is read', () => {
  const cursor = 'a b&c=d%/ü'.slice(0, 8);
  const text = queryText({ cursor, limit: '5', from: undefined });
  assert.deepEqual(
    [...query(text)],
    [
      ['cursor', cursor],
      ['limit', '5'],
    ],
  );
  assert.equal(query('').size, 0);
});

test('unknown, repeated and badly escaped parameters are refused', () => {
  for (const text of ['other=1', 'from=1&from=1', 'cursor=%zz', '&', '=', 'from=1&']) {
    assert.ok(isRefused(readQuery(text, ['from', 'cursor'])), text);
  }
  assert.ok(isRefused(readQuery('from=1', [])));
});

test('heights are u64 in decimal', () => {
  assert.deepEqual(readHeight(query('from=18446744073709551615'), 'from'), {
    ok: true,
    value: 18_446_744_073_709_551_615n,
  });
  assert.deepEqual(readHeight(query(''), 'from'), { ok: true, value: 0n });
  for (const text of ['-1', '01', '18446744073709551616', '1e3', '0x1', '1.0', '']) {
    assert.ok(isRefused(readHeight(query(`from=${text}`), 'from')), text);
  }
});

test('a page is never longer than the most, whatever is asked', () => {
  assert.deepEqual(readLimit(query('limit=1')), { ok: true, value: 1 });
  assert.deepEqual(readLimit(query('limit=4000000000')), { ok: true, value: 1_000 });
  assert.deepEqual(readLimit(query('')), { ok: true, value: 100 });
  for (const text of ['0', '-1', '1.5', 'all']) {
    assert.ok(isRefused(readLimit(query(`limit=${text}`))), text);
  }
});

test('a flag is on, off or refused', () => {
  for (const text of ['pending', 'pending=1', 'pending=true']) {
    assert.deepEqual(readFlag(query(text), 'pending'), { ok: true, value: true });
  }
  for (const text of ['', 'pending=0', 'pending=false']) {
    assert.deepEqual(readFlag(query(text), 'pending'), { ok: true, value: false });
  }
  assert.ok(isRefused(readFlag(query('pending=maybe'), 'pending')));
});

test('a cursor is a short line of ASCII', () => {
  assert.deepEqual(readCursor(query('cursor=a%20b')), { ok: true, value: 'a b' });
  assert.deepEqual(readCursor(query('')), { ok: true, value: undefined });
  for (const text of ['', '%00', '%C3%BC', 'x'.repeat(600)]) {
    assert.ok(isRefused(readCursor(query(`cursor=${text}`))), text);
  }
});
