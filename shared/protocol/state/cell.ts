import { digest, hashLength, tag } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import { type Codec, encode } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { readByte, readBytes, refuse } from '../encoding/reader.ts';
import { struct } from '../encoding/struct.ts';
import { writeByte, writeBytes } from '../encoding/writer.ts';
import { equalBytes } from '../primitives/bytes.ts';

/** Longest key of an entry, in bytes. */
export const keyBytesMax = 256;
/** Longest value that a node holds itself; a longer one is held by hash. */
export const inlineValueBytesMax = 1024;
/** Longest value of an entry, in bytes. */
export const valueBytesMax: number = 1 << 20;

/** What a node holds for a key: the value, or the hash of its piece and the value's length. */
export type Cell =
  | { readonly kind: 'inline'; readonly value: Uint8Array }
  | { readonly kind: 'held'; readonly hash: Uint8Array; readonly length: number };

export interface Entry {
  readonly key: Uint8Array;
  readonly cell: Cell;
}

const inlineValueCodec = bytes(inlineValueBytesMax);

export const cellCodec: Codec<Cell> = {
  write(writer, cell) {
    if (cell.kind === 'inline') {
      writeByte(writer, 0);
      inlineValueCodec.write(writer, cell.value);
    } else {
      writeByte(writer, 1);
      writeBytes(writer, cell.hash);
      u32.write(writer, cell.length);
    }
  },
  read(reader) {
    const start = reader.offset;
    const kind = readByte(reader);
    if (kind === 0) return { kind: 'inline', value: inlineValueCodec.read(reader) };
    if (kind !== 1) refuse(start, `cell tag ${kind}`, '0 or 1');
    const hash = readBytes(reader, hashLength);
    const length = u32.read(reader);
    if (length <= inlineValueBytesMax || length > valueBytesMax) {
      refuse(start, `a held value of ${length} bytes`, 'one too long to be inline, 1 MiB at most');
    }
    return { kind: 'held', hash, length };
  },
};

export const keyCodec: Codec<Uint8Array> = bytes(keyBytesMax);

/**
 * The piece that a held value is stored as. It names the key as well, so that no two entries
 * share one and an entry that goes takes its piece with it.
 */
export const heldValueCodec = struct({ key: keyCodec, value: bytes(valueBytesMax) });

const valueTag = tag('weft/state-value');

/** The hash by which an entry names the piece of its held value. */
export function heldValueDigest(piece: Uint8Array): Uint8Array {
  return digest(valueTag, piece);
}

/** The cell of `value` under `key`, and the piece to be stored if the cell names one. */
export function cellOf(
  key: Uint8Array,
  value: Uint8Array,
): { readonly cell: Cell; readonly piece: Uint8Array | undefined } {
  if (value.length <= inlineValueBytesMax) {
    return { cell: { kind: 'inline', value }, piece: undefined };
  }
  const piece = encode(heldValueCodec, { key, value });
  const cell: Cell = { kind: 'held', hash: heldValueDigest(piece), length: value.length };
  return { cell, piece };
}

export function isSameCell(a: Cell, b: Cell): boolean {
  if (a.kind === 'inline') return b.kind === 'inline' && equalBytes(a.value, b.value);
  return b.kind === 'held' && equalBytes(a.hash, b.hash);
}

/** The number of bytes that the entry takes in a leaf, by which the tree takes its shape. */
export function entrySize(key: Uint8Array, cell: Cell): number {
  const cellSize = cell.kind === 'inline' ? sizedLength(cell.value) : hashLength + 4;
  return sizedLength(key) + 1 + cellSize;
}

/** Bytes of a string of bytes behind its ULEB128 length, which is below 2^14 here. */
function sizedLength(content: Uint8Array): number {
  return content.length + (content.length < 128 ? 1 : 2);
}
