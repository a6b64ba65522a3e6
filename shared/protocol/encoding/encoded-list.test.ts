import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytes } from './byte-strings.ts';
import { type Codec, decode, encode } from './codec.ts';
import { encodedList, keptItemsMin } from './encoded-list.ts';
import { vector } from './sequences.ts';
import { struct } from './struct.ts';

const item = bytes(40);
const list = encodedList(item, 50);
const plain = vector(item, 50);
const items = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 50 });

test('an encoded list has the bytes of a vector, each time it is written', () => {
  fc.assert(
    fc.property(items, (value) => {
      const expected = encode(plain, value);
      for (let time = 0; time < 2; time++) deepEqual(encode(list, value), expected);
      const decoded = decode(list, expected);
      ok(decoded.ok);
      deepEqual(decoded.value, value);
      deepEqual(encode(list, decoded.value), expected);
    }),
  );
});

test('its items are found one after another, written, decoded or neither', () => {
  fc.assert(
    fc.property(items, (value) => {
      const decoded = decode(list, encode(plain, value));
      ok(decoded.ok);
      for (const one of [[...value], value, decoded.value]) {
        const { bytes: joined, ends } = list.encodedItems(one);
        const found = ends.map((end, index) => joined.subarray(ends[index - 1] ?? 0, end));
        deepEqual(
          found.map((each) => [...each]),
          value.map((each) => [...encode(item, each)]),
        );
        equal(ends.at(-1) ?? 0, joined.length);
      }
    }),
  );
});

test('a list that was decoded is written as it came, without its items', () => {
  let written = 0;
  const counting: Codec<Uint8Array> = {
    write(writer, value) {
      written++;
      item.write(writer, value);
    },
    read: item.read,
  };
  const counted = encodedList(counting, 50);
  const both = struct({ first: counted, second: counted });
  const value = Array.from({ length: keptItemsMin }, (_, i) => Uint8Array.of(i, 3));
  const encoded = encode(both, { first: value, second: value });
  equal(written, keptItemsMin);
  const decoded = decode(both, encoded);
  ok(decoded.ok);
  deepEqual(encode(both, decoded.value), encoded);
  counted.encodedItems(decoded.value.first);
  equal(written, keptItemsMin);
  deepEqual(encode(counted, [...decoded.value.first]), encode(counted, value));
  equal(written, 2 * keptItemsMin);
});

test('a list that is too long is refused, and never written', () => {
  const long = Array.from({ length: 51 }, () => new Uint8Array());
  throws(() => encode(list, long), /at most 50/);
  const decoded = decode(list, encode(vector(item, 51), long));
  ok(!decoded.ok);
  equal(decoded.error.expected, 'at most 50 items');
});
