import { assert } from '../primitives/assert.ts';
import { compareBytes } from '../primitives/bytes.ts';
import type { Codec } from './codec.ts';
import { type Reader, readLength, refuse } from './reader.ts';
import { type Writer, writeUleb } from './writer.ts';

/** Keys must be primitive: a `Map` finds objects by identity only. */
export type MapKey = string | number | bigint;

/**
 * A map in the order of its encoded keys, whatever the order of insertion. Keys that are out of
 * order or repeated are refused.
 */
export function sortedMap<K extends MapKey, V>(
  keys: Codec<K>,
  values: Codec<V>,
  max: number,
): Codec<ReadonlyMap<K, V>> {
  const rule = `a map has at most ${max} entries`;
  return {
    write(writer, map) {
      assert(map.size <= max, rule);
      writeUleb(writer, map.size);
      const entries: Entry[] = [];
      for (const [key, value] of map) {
        const start = writer.length;
        keys.write(writer, key);
        const keyEnd = writer.length;
        values.write(writer, value);
        entries.push({ start, keyEnd, end: writer.length });
      }
      sortEntries(writer, entries);
    },
    read(reader) {
      const length = readLength(reader, max, 'entries');
      const map = new Map<K, V>();
      let previous: Uint8Array | undefined;
      for (let i = 0; i < length; i++) {
        const start = reader.offset;
        const key = keys.read(reader);
        previous = readAfter(reader, start, previous);
        map.set(key, values.read(reader));
      }
      return map;
    },
  };
}

/** Distinct items in the order of their encodings; a writer may be given them in any order. */
export function sortedSet<T>(codec: Codec<T>, max: number): Codec<readonly T[]> {
  const rule = `a set has at most ${max} items`;
  return {
    write(writer, items) {
      assert(items.length <= max, rule);
      writeUleb(writer, items.length);
      const entries: Entry[] = [];
      for (const item of items) {
        const start = writer.length;
        codec.write(writer, item);
        entries.push({ start, keyEnd: writer.length, end: writer.length });
      }
      sortEntries(writer, entries);
    },
    read(reader) {
      const length = readLength(reader, max, 'items');
      const items: T[] = [];
      let previous: Uint8Array | undefined;
      for (let i = 0; i < length; i++) {
        const start = reader.offset;
        items.push(codec.read(reader));
        previous = readAfter(reader, start, previous);
      }
      return items;
    },
  };
}

interface Entry {
  readonly start: number;
  readonly keyEnd: number;
  readonly end: number;
}

/** The bytes read since `start`, which must follow `previous` in the order of bytes. */
function readAfter(reader: Reader, start: number, previous: Uint8Array | undefined): Uint8Array {
  const key = reader.bytes.subarray(start, reader.offset);
  if (previous !== undefined) {
    const order = compareBytes(previous, key);
    if (order === 0) refuse(start, 'a repeated key', 'each key once');
    if (order > 0) refuse(start, 'a key out of order', 'keys in ascending order');
  }
  return key;
}

function sortEntries(writer: Writer, entries: readonly Entry[]): void {
  if (entries.length < 2) return;
  const { bytes } = writer;
  const compareKeys = (a: Entry, b: Entry): number =>
    compareBytes(bytes.subarray(a.start, a.keyEnd), bytes.subarray(b.start, b.keyEnd));
  const sorted = entries.toSorted(compareKeys);
  const base = (entries[0] as Entry).start;
  const unsorted = bytes.slice(base, writer.length);
  let at = base;
  let previous: Entry | undefined;
  for (const entry of sorted) {
    assert(
      previous === undefined || entryDiffers(unsorted, base, previous, entry),
      'the keys of a map and the items of a set have different encodings',
    );
    bytes.set(unsorted.subarray(entry.start - base, entry.end - base), at);
    at += entry.end - entry.start;
    previous = entry;
  }
}

function entryDiffers(unsorted: Uint8Array, base: number, a: Entry, b: Entry): boolean {
  const keyOf = (entry: Entry): Uint8Array =>
    unsorted.subarray(entry.start - base, entry.keyEnd - base);
  return compareBytes(keyOf(a), keyOf(b)) !== 0;
}
