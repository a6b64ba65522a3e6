import { DecodeFailure } from './failure.ts';

/** What is left of the bytes being decoded. Codecs consume through the functions below. */
export interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset: number;
  depth: number;
}

export function newReader(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, offset: 0, depth: 0 };
}

/** Refuses the bytes at `offset`; only `decode` sees it. */
export function refuse(offset: number, found: string, expected: string): never {
  throw new DecodeFailure(offset, found, expected);
}

export function remaining(reader: Reader): number {
  return reader.bytes.length - reader.offset;
}

/** Passes over `count` bytes and returns where they start. */
export function take(reader: Reader, count: number): number {
  const start = reader.offset;
  if (count > reader.bytes.length - start) {
    refuse(start, `${reader.bytes.length - start} bytes`, `${count} bytes`);
  }
  reader.offset = start + count;
  return start;
}

export function readByte(reader: Reader): number {
  return reader.bytes[take(reader, 1)] as number;
}

/** A view of the input, not a copy. */
export function readBytes(reader: Reader, count: number): Uint8Array {
  const start = take(reader, count);
  return reader.bytes.subarray(start, start + count);
}

/** ULEB128 of a u32 in its only accepted form, the shortest. */
export function readUleb(reader: Reader): number {
  const start = reader.offset;
  const first = readByte(reader);
  if (first < 0x80) return first;
  let value = first & 0x7f;
  for (let shift = 7; shift < 35; shift += 7) {
    const byte = readByte(reader);
    if (shift === 28 && byte > 0x0f) refuse(start, 'a number above 32 bits', 'a ULEB128 u32');
    value += (byte & 0x7f) * 2 ** shift;
    if (byte === 0) refuse(start, 'a padded number', 'the shortest ULEB128');
    if (byte < 0x80) return value;
  }
  return refuse(start, 'a number over 5 bytes', 'a ULEB128 u32');
}

/** A length of at most `max` items that the remaining bytes can hold, one byte or more each. */
export function readLength(reader: Reader, max: number, noun: string): number {
  const start = reader.offset;
  const length = readUleb(reader);
  if (length > max) refuse(start, `${length} ${noun}`, `at most ${max} ${noun}`);
  if (length > remaining(reader)) {
    refuse(start, `${length} ${noun} in ${remaining(reader)} bytes`, `bytes for ${length} ${noun}`);
  }
  return length;
}
