import { assert } from '../primitives/assert.ts';
import type { Codec } from './codec.ts';
import { readBytes, readLength, take } from './reader.ts';
import { advance, writeBytes, writeUleb } from './writer.ts';

/** Exactly `length` bytes, without a length in front; read as a view of the input. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  return {
    write(writer, value) {
      assert(value.length === length, `a fixed byte string has ${length} bytes`);
      writeBytes(writer, value);
    },
    read: (reader) => readBytes(reader, length),
  };
}

/** At most `max` bytes after their number; read as a view of the input. */
export function bytes(max: number): Codec<Uint8Array> {
  return {
    write(writer, value) {
      assert(value.length <= max, `a byte string has at most ${max} bytes`);
      writeUleb(writer, value.length);
      writeBytes(writer, value);
    },
    read: (reader) => readBytes(reader, readLength(reader, max, 'bytes')),
  };
}

/** Exactly `length` bytes, held as the lowercase hexadecimal text of an id or a hash. */
export function hexBytes<Text extends string = string>(length: number): Codec<Text> {
  const codes: number[] = new Array(2 * length).fill(0);
  return {
    write(writer, value) {
      assert(value.length === 2 * length, `a hexadecimal string has ${2 * length} digits`);
      const at = advance(writer, length);
      for (let i = 0; i < length; i++) {
        const pair = nibble(value.charCodeAt(2 * i)) * 16 + nibble(value.charCodeAt(2 * i + 1));
        writer.bytes[at + i] = pair;
      }
    },
    read(reader) {
      const at = take(reader, length);
      for (let i = 0; i < length; i++) {
        const byte = reader.bytes[at + i] as number;
        codes[2 * i] = digitCodes[byte >> 4] as number;
        codes[2 * i + 1] = digitCodes[byte & 15] as number;
      }
      return String.fromCharCode.apply(undefined, codes) as Text;
    },
  };
}

const digitCodes = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102];
const nibbles = new Uint8Array(128).fill(255);
digitCodes.forEach((code, value) => {
  nibbles[code] = value;
});

function nibble(code: number): number {
  const value = nibbles[code];
  assert(value !== undefined && value < 16, 'hexadecimal strings have digits 0-9 and a-f only');
  return value;
}
