import { ok, type Result, reject } from '../primitives/result.ts';
import { DecodeFailure, type DecodeRejection } from './failure.ts';
import { newReader, type Reader, remaining } from './reader.ts';
import { newWriter, type Writer, writeBytes } from './writer.ts';

export type { DecodeRejection } from './failure.ts';
export type { Reader } from './reader.ts';
export type { Writer } from './writer.ts';

/**
 * How a `T` is written in canonical BCS and read back. Each value has one encoding, and whatever
 * is not exactly that is refused.
 */
export interface Codec<T> {
  write(writer: Writer, value: T): void;
  /** Signals a refusal to `decode` only; call `decode`, never this, on bytes of others. */
  read(reader: Reader): T;
}

/** The type a codec reads and writes. */
export type Decoded<C> = C extends Codec<infer T> ? T : never;

/** Values that contain themselves nest at most this deep. */
export const depthMax = 64;

const keptCapacity = 1 << 16;
let spare: Writer | undefined;

/** The canonical bytes of `value`, in a buffer of their own. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = takeWriter();
  codec.write(writer, value);
  return copyOf(writer);
}

/** What `write` writes, in a buffer of its own. */
export function encodeWith(write: (writer: Writer) => void): Uint8Array {
  const writer = takeWriter();
  write(writer);
  return copyOf(writer);
}

/** The number of canonical bytes of `value`. */
export function encodedLength<T>(codec: Codec<T>, value: T): number {
  const writer = takeWriter();
  codec.write(writer, value);
  giveBack(writer);
  return writer.length;
}

/** What is done with bytes that are only lent, behind a prefix. */
export interface Use<R> {
  readonly prefix: Uint8Array;
  use(bytes: Uint8Array): R;
}

/** Hands the canonical bytes of `value` to `use`, which neither keeps nor changes them. */
export function lendEncoding<T, R>(codec: Codec<T>, value: T, { prefix, use }: Use<R>): R {
  const writer = takeWriter();
  writeBytes(writer, prefix);
  codec.write(writer, value);
  const result = use(writer.bytes.subarray(0, writer.length));
  giveBack(writer);
  return result;
}

function takeWriter(): Writer {
  const writer = spare ?? newWriter();
  spare = undefined;
  writer.length = 0;
  writer.depth = 0;
  return writer;
}

function copyOf(writer: Writer): Uint8Array {
  const encoded = writer.bytes.slice(0, writer.length);
  giveBack(writer);
  return encoded;
}

function giveBack(writer: Writer): void {
  if (writer.bytes.length <= keptCapacity) spare = writer;
}

/**
 * The value whose canonical encoding is exactly `bytes`. Byte strings inside it are views of
 * `bytes`: who decodes owns the buffer and leaves it unchanged for as long as the value lives.
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): Result<T, DecodeRejection> {
  const reader = newReader(bytes);
  try {
    const value = codec.read(reader);
    const left = remaining(reader);
    if (left === 0) return ok(value);
    const { offset } = reader;
    const found = `${left} bytes more`;
    return reject({ kind: 'malformed-bytes', offset, found, expected: 'the end' });
  } catch (error) {
    if (error instanceof DecodeFailure) return reject(error.rejection);
    throw error;
  }
}
