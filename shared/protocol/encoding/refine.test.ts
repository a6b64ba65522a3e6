import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epoch } from '../primitives/numbers.ts';
import { ok, reject } from '../primitives/result.ts';
import { type Codec, decode, encode } from './codec.ts';
import { u8, u32 } from './integers.ts';
import { amountCodec, blockHeightCodec, epochCodec, timestampCodec } from './numbers.ts';
import { type Refinement, refine } from './refine.ts';
import { vector } from './sequences.ts';

/** An even number, held as its half. */
const half: Codec<number> = refine(
  u8,
  (raw) =>
    raw % 2 === 0
      ? ok(raw / 2)
      : reject<Refinement>({ found: `${raw}`, expected: 'an even number' }),
  (value) => value * 2,
);

test('a refined value is carried in the encoding of another', () => {
  assert.deepEqual(encode(half, 3), Uint8Array.of(6));
  assert.deepEqual(decode(half, Uint8Array.of(6)), { ok: true, value: 3 });
});

test('what the refinement refuses is refused where it begins', () => {
  assert.deepEqual(decode(vector(half, 9), Uint8Array.of(3, 2, 4, 7)), {
    ok: false,
    error: { kind: 'malformed-bytes', offset: 3, found: '7', expected: 'an even number' },
  });
});

test('the brands of numbers take every value of their width', () => {
  for (const codec of [blockHeightCodec, timestampCodec]) {
    assert.deepEqual(decode<bigint>(codec, new Uint8Array(8).fill(255)), {
      ok: true,
      value: 2n ** 64n - 1n,
    });
  }
  assert.deepEqual(decode<bigint>(amountCodec, new Uint8Array(16).fill(255)), {
    ok: true,
    value: 2n ** 128n - 1n,
  });
  assert.deepEqual(encode(epochCodec, epoch(7)), encode(u32, 7));
});
