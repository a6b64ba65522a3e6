import { assert } from '../primitives/assert.ts';
import type { Codec } from './codec.ts';
import { readBytes, readLength, take } from './reader.ts';
import { advance, writeBytes, writeUleb } from './writer.ts';

/** Exactly `length` bytes, without a length in front; read as a view of the input. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  const rule = `a fixed byte string has ${length} bytes`;
  return {
    write(writer, value) {
      assert(value.length === length, rule);
      writeBytes(writer, value);
    },
    read: (reader) => readBytes(reader, length),
  };
}

/** At most `max` bytes after their number; read as a view of the input. */
export function bytes(max: number): Codec<Uint8Array> {
  const rule = `a byte string has at most ${max} bytes`;
  return {
    write(writer, value) {
      assert(value.length <= max, rule);
      writeUleb(writer, value.length);
      writeBytes(writer, value);
    },
    read: (reader) => readBytes(reader, readLength(reader, max, 'bytes')),
  };
}

/** Exactly `length` bytes, held as the lowercase hexadecimal text of an id or a hash. */
export function hexBytes<Text extends string = string>(length: number): Codec<Text> {
  const codes: number[] = new Array(2 * length).fill(0);
  const rule = `a hexadecimal string has ${2 * length} digits`;
  return {
    write(writer, value) {
      assert(value.length === 2 * length, rule);
      const at = advance(writer, length);
      const { bytes: output } = writer;
      let seen = 0;
      for (let i = 0; i < length; i++) {
        const high = value.charCodeAt(2 * i);
        const low = value.charCodeAt(2 * i + 1);
        const pair = ((nibbles[high & 127] as number) << 4) | (nibbles[low & 127] as number);
        seen |= high | low | (pair & invalidPair);
        output[at + i] = pair;
      }
      assert(seen < 128, 'a hexadecimal string has digits 0-9 and a-f only');
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

/** By character code; 256 marks what is no digit, which no pair of digits reaches. */
const nibbles = new Uint16Array(128).fill(256);
const invalidPair = 0x1100;
for (const [value, code] of digitCodes.entries()) nibbles[code] = value;
