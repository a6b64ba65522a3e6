import { assert } from '../primitives/assert.ts';
import type { Codec } from './codec.ts';
import { type Reader, readLength, refuse } from './reader.ts';
import { writeBytes, writeUleb } from './writer.ts';

/** Well-formed text of at most `maxBytes` bytes of UTF-8, after their number. */
export function text(maxBytes: number): Codec<string> {
  const rule = `a text has at most ${maxBytes} bytes`;
  return {
    write(writer, value) {
      const bytes = utf8FromText(value);
      assert(bytes.length <= maxBytes, rule);
      writeUleb(writer, bytes.length);
      writeBytes(writer, bytes);
    },
    read(reader) {
      const end = readLength(reader, maxBytes, 'bytes') + reader.offset;
      let value = '';
      while (reader.offset < end) value += String.fromCodePoint(readCodePoint(reader, end));
      return value;
    },
  };
}

/** @throws Error if `value` holds half of a surrogate pair: edges check `isWellFormed` first. */
export function utf8FromText(value: string): Uint8Array {
  assert(value.isWellFormed(), 'a text has no lone surrogates');
  const bytes: number[] = [];
  for (const character of value) {
    const point = character.codePointAt(0) as number;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
    else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
  }
  return Uint8Array.from(bytes);
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** The least code point that needs a sequence of each length. */
const leastPoints = [0, 0, 0x80, 0x800, 0x10000];

function readCodePoint(reader: Reader, end: number): number {
  const start = reader.offset;
  const first = reader.bytes[start] as number;
  reader.offset = start + 1;
  if (first < 0x80) return first;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc0 || first > 0xf7 || start + length > end) notUtf8(start);
  let point = first & (0x7f >> length);
  for (let at = start + 1; at < start + length; at++) {
    const byte = reader.bytes[at] as number;
    if ((byte & 0xc0) !== 0x80) notUtf8(start);
    point = (point << 6) | (byte & 0x3f);
  }
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < (leastPoints[length] as number) || point > 0x10ffff || isSurrogate) notUtf8(start);
  reader.offset = start + length;
  return point;
}

function notUtf8(offset: number): never {
  refuse(offset, 'bytes that are not UTF-8', 'UTF-8');
}
