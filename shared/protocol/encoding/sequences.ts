import { assert } from '../primitives/assert.ts';
import type { Codec } from './codec.ts';
import { readByte, readLength, refuse } from './reader.ts';
import { writeByte, writeUleb } from './writer.ts';

/**
 * A value or nothing: byte 1 and the value, or byte 0. The value itself is never undefined, or
 * nothing would have two encodings.
 */
export function option<T extends NonNullable<unknown>>(codec: Codec<T>): Codec<T | undefined> {
  return {
    write(writer, value) {
      writeByte(writer, value === undefined ? 0 : 1);
      if (value !== undefined) codec.write(writer, value);
    },
    read(reader) {
      const tag = readByte(reader);
      if (tag > 1) refuse(reader.offset - 1, `option tag ${tag}`, '0 or 1');
      if (tag === 0) return undefined;
      return codec.read(reader) ?? refuse(reader.offset, 'nothing, twice optional', 'a value');
    },
  };
}

/**
 * At most `max` items in the order given. Items take at least one byte each, so a length that the
 * remaining bytes cannot hold is refused before anything is allocated.
 */
export function vector<T>(codec: Codec<T>, max: number): Codec<readonly T[]> {
  const rule = `a vector has at most ${max} items`;
  return {
    write(writer, items) {
      assert(items.length <= max, rule);
      writeUleb(writer, items.length);
      const start = writer.length;
      for (const item of items) codec.write(writer, item);
      assert(writer.length - start >= items.length, 'items of a vector take a byte or more');
    },
    read(reader) {
      const length = readLength(reader, max, 'items');
      const items: T[] = [];
      for (let i = 0; i < length; i++) items.push(codec.read(reader));
      return items;
    },
  };
}
