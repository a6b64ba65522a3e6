import { assert } from '../primitives/assert.ts';

/** Where an encoding grows. Codecs append through the functions below. */
export interface Writer {
  bytes: Uint8Array;
  view: DataView;
  length: number;
  depth: number;
}

const firstCapacity = 1024;

export function newWriter(): Writer {
  const bytes = new Uint8Array(firstCapacity);
  return { bytes, view: new DataView(bytes.buffer), length: 0, depth: 0 };
}

/** Makes room for `count` more bytes and returns where they start. */
export function advance(writer: Writer, count: number): number {
  const start = writer.length;
  const end = start + count;
  if (end > writer.bytes.length) grow(writer, end);
  writer.length = end;
  return start;
}

export function writeByte(writer: Writer, byte: number): void {
  const at = advance(writer, 1);
  writer.bytes[at] = byte;
}

export function writeBytes(writer: Writer, bytes: Uint8Array): void {
  const at = advance(writer, bytes.length);
  writer.bytes.set(bytes, at);
}

/** ULEB128 of a u32, as lengths and union tags are written. */
export function writeUleb(writer: Writer, value: number): void {
  assert(value >>> 0 === value, 'a length or tag is a u32');
  let rest = value;
  while (rest > 0x7f) {
    writeByte(writer, (rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  writeByte(writer, rest);
}

function grow(writer: Writer, needed: number): void {
  let capacity = writer.bytes.length;
  while (capacity < needed) capacity *= 2;
  const bytes = new Uint8Array(capacity);
  bytes.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = bytes;
  writer.view = new DataView(bytes.buffer);
}
