import { assert } from '../primitives/assert.ts';
import { type Codec, encodeWith } from './codec.ts';
import { readLength } from './reader.ts';
import { type Writer, writeBytes, writeUleb } from './writer.ts';

/** The encodings of a list's items, one after another. */
export interface EncodedItems {
  readonly bytes: Uint8Array;
  /** Where each item ends. */
  readonly ends: readonly number[];
}

export interface EncodedListCodec<T> extends Codec<readonly T[]> {
  encodedItems(items: readonly T[]): EncodedItems;
}

/** To keep what belongs to a list costs about as much as to encode so many items. */
export const keptItemsMin = 8;

/**
 * A vector whose encoding, if it is not short, is kept for as long as the list lives, since values
 * never change: a block's lists are sent, hashed and stored, and what came encoded is not encoded
 * again.
 */
export function encodedList<T>(codec: Codec<T>, max: number): EncodedListCodec<T> {
  const rule = `a list has at most ${max} items`;
  const kept = new WeakMap<readonly T[], EncodedItems>();
  function keep(items: readonly T[], encoded: EncodedItems): EncodedItems {
    if (items.length >= keptItemsMin) kept.set(items, encoded);
    return encoded;
  }

  /** Where each of the items ends that are written here. */
  function append(writer: Writer, items: readonly T[]): readonly number[] {
    const start = writer.length;
    const ends: number[] = [];
    for (const item of items) {
      codec.write(writer, item);
      ends.push(writer.length - start);
    }
    assert(writer.length - start >= items.length, 'items of a list take a byte or more');
    return ends;
  }

  return {
    encodedItems(items) {
      const known = kept.get(items);
      if (known !== undefined) return known;
      let ends: readonly number[] = [];
      const bytes = encodeWith((writer) => {
        ends = append(writer, items);
      });
      return keep(items, { bytes, ends });
    },
    write(writer, items) {
      assert(items.length <= max, rule);
      writeUleb(writer, items.length);
      const known = kept.get(items);
      if (known !== undefined) return writeBytes(writer, known.bytes);
      const start = writer.length;
      const ends = append(writer, items);
      if (items.length < keptItemsMin) return;
      keep(items, { bytes: writer.bytes.slice(start, writer.length), ends });
    },
    read(reader) {
      const length = readLength(reader, max, 'items');
      const start = reader.offset;
      const items: T[] = [];
      const ends: number[] = [];
      for (let i = 0; i < length; i++) {
        items.push(codec.read(reader));
        ends.push(reader.offset - start);
      }
      if (length < keptItemsMin) return items;
      keep(items, { bytes: reader.bytes.subarray(start, reader.offset), ends });
      return items;
    },
  };
}
