import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { shardMapCodec, shardMapFromText, shardMapText, shardOf, shardsMax } from './shard-map.ts';

test("a chain's shard is the top bits of its id", () => {
  const chain = chainIdFromText(`f5a3${'00'.repeat(30)}`);
  assert(chain);
  const shards = [0, 1, 2, 3, 4, 8, 16].map((bits) => shardOf({ version: 1, bits }, chain));
  assert.deepEqual(shards, [0, 1, 3, 7, 0xf, 0xf5, 0xf5a3]);
  assert.ok(shards.every((shard) => shard < shardsMax));
});

test('a map is the same after a header and after bytes', () => {
  const map = { version: 4_294_967_295, bits: 16 };
  assert.deepEqual(shardMapFromText(shardMapText(map)), { ok: true, value: map });
  assert.deepEqual(decode(shardMapCodec, encode(shardMapCodec, map)), { ok: true, value: map });
});

test('a map that cannot be is refused', () => {
  for (const text of [
    '03;bits=2',
    '3;bits=02',
    '',
    '3',
    '3;bits=17',
    '4294967296;bits=1',
    '-1;bits=1',
    '3;bits=1;',
    'x',
  ]) {
    assert.equal(shardMapFromText(text).ok, false, text);
  }
  assert.equal(decode(shardMapCodec, Uint8Array.of(1, 0, 0, 0, 17)).ok, false);
});
