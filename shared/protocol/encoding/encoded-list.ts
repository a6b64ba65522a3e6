import { assert } from '../primitives/assert.ts';
import { type Codec, encode } from './codec.ts';
import { readLength } from './reader.ts';
import { writeBytes, writeUleb } from './writer.ts';

/** The encodings of a list's items, one after another. */
export interface EncodedItems {
  readonly bytes: Uint8Array;
  /** Where each item ends. */
  readonly ends: readonly number[];
}

export interface EncodedListCodec<T> extends Codec<readonly T[]> {
  encodedItems(items: readonly T[]): EncodedItems;
}

const noItems: EncodedItems = { bytes: new Uint8Array(), ends: [] };

/**
 * A vector whose encoding is kept for as long as the list lives, since values never change: a
 * block's lists are sent, hashed and stored, and what came encoded is not encoded again.
 */
export function encodedList<T>(codec: Codec<T>, max: number): EncodedListCodec<T> {
  const rule = `a list has at most ${max} items`;
  const kept = new WeakMap<readonly T[], EncodedItems>();
  const list: EncodedListCodec<T> = {
    encodedItems(items) {
      if (items.length === 0) return noItems;
      if (!kept.has(items)) encode(list, items);
      return kept.get(items) as EncodedItems;
    },
    write(writer, items) {
      assert(items.length <= max, rule);
      writeUleb(writer, items.length);
      if (items.length === 0) return;
      const known = kept.get(items);
      if (known !== undefined) return writeBytes(writer, known.bytes);
      const start = writer.length;
      const ends: number[] = [];
      for (const item of items) {
        codec.write(writer, item);
        ends.push(writer.length - start);
      }
      assert(writer.length - start >= items.length, 'items of a list take a byte or more');
      kept.set(items, { bytes: writer.bytes.slice(start, writer.length), ends });
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
      if (length === 0) return items;
      kept.set(items, { bytes: reader.bytes.subarray(start, reader.offset), ends });
      return items;
    },
  };
  return list;
}
