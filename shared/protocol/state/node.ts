import { digest, type Hash, hashFromBytes, hashLength, tag } from '../crypto/hash.ts';
import { type Codec, encode, type Reader, type Writer } from '../encoding/codec.ts';
import { u16, u64 } from '../encoding/integers.ts';
import { readByte, readBytes, readLength, readUleb, refuse } from '../encoding/reader.ts';
import { option } from '../encoding/sequences.ts';
import { writeByte, writeBytes, writeUleb } from '../encoding/writer.ts';
import { compareBytes } from '../primitives/bytes.ts';
import { type Cell, cellCodec, type Entry, entrySize, keyBytesMax, keyCodec } from './cell.ts';
import type { Path } from './nibbles.ts';

/** A subtree whose entries take at most this many bytes is one leaf, a larger one a branch. */
export const leafBytesMax = 2048;
/** Longest encoding of a node: a full leaf, its tag, and the number of its entries. */
export const nodeBytesMax: number = leafBytesMax + 3;

/** All entries of a small subtree, in the order of their keys, which are whole. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly entries: readonly Entry[];
}

/** The 16 subtrees of a branch by the digit that follows its prefix, each a digest. */
export type Children = readonly (Uint8Array | undefined)[];

/** The entry whose key is exactly `prefix`, and the subtrees of the longer keys. */
export interface Branch {
  readonly kind: 'branch';
  /** What all keys of the subtree have in common, from the first digit on. */
  readonly prefix: Path;
  /** The sum of `entrySize` over the subtree. */
  readonly size: bigint;
  readonly own: Cell | undefined;
  readonly children: Children;
}

export type StateNode = Leaf | Branch;

/** Refuses whatever is not the one encoding of a node that some contents have. */
export const nodeCodec: Codec<StateNode> = {
  write(writer, node) {
    if (node.kind === 'leaf') writeLeaf(writer, node);
    else writeBranch(writer, node);
  },
  read(reader) {
    const kind = readByte(reader);
    if (kind === 0) return readLeaf(reader);
    if (kind === 1) return readBranch(reader);
    return refuse(reader.offset - 1, `node tag ${kind}`, '0 or 1');
  },
};

const nodeTag = tag('weft/state-node');

export function nodeDigest(bytes: Uint8Array): Uint8Array {
  return digest(nodeTag, bytes);
}

/** The root node of a map without entries. */
export const emptyRootNode: Uint8Array = encode(nodeCodec, { kind: 'leaf', entries: [] });

/** The commitment to all contents of the tree under this root node. */
export function stateRoot(rootNode: Uint8Array): Hash {
  return hashFromBytes(nodeDigest(rootNode));
}

export function sizeOfEntries(entries: readonly Entry[]): number {
  let size = 0;
  for (const { key, cell } of entries) size += entrySize(key, cell);
  return size;
}

export function sizeOfNode(node: StateNode): bigint {
  return node.kind === 'leaf' ? BigInt(sizeOfEntries(node.entries)) : node.size;
}

function writeLeaf(writer: Writer, { entries }: Leaf): void {
  writeByte(writer, 0);
  writeUleb(writer, entries.length);
  for (const { key, cell } of entries) {
    keyCodec.write(writer, key);
    cellCodec.write(writer, cell);
  }
}

function readLeaf(reader: Reader): Leaf {
  const count = readLength(reader, leafBytesMax, 'entries');
  const start = reader.offset;
  const entries: Entry[] = [];
  let previous: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    const at = reader.offset;
    const key = keyCodec.read(reader);
    if (previous !== undefined && compareBytes(previous, key) >= 0) {
      refuse(at, 'a key out of order', 'a key after the one before it');
    }
    entries.push({ key, cell: cellCodec.read(reader) });
    previous = key;
  }
  const size = reader.offset - start;
  if (size > leafBytesMax) refuse(start, `${size} bytes`, `a leaf of at most ${leafBytesMax}`);
  return { kind: 'leaf', entries };
}

const ownCodec = option(cellCodec);

function writeBranch(writer: Writer, { prefix, size, own, children }: Branch): void {
  writeByte(writer, 1);
  writeUleb(writer, prefix.nibbles);
  writeBytes(writer, prefix.bytes);
  u64.write(writer, size);
  ownCodec.write(writer, own);
  let present = 0;
  for (let nibble = 0; nibble < 16; nibble++) {
    if (children[nibble] !== undefined) present |= 1 << nibble;
  }
  u16.write(writer, present);
  for (const child of children) if (child !== undefined) writeBytes(writer, child);
}

function readBranch(reader: Reader): Branch {
  const start = reader.offset;
  const prefix = readPrefix(reader);
  const size = u64.read(reader);
  if (size <= BigInt(leafBytesMax)) refuse(start, `a size of ${size}`, 'one too large for a leaf');
  const own = ownCodec.read(reader);
  if (own !== undefined && prefix.nibbles % 2 === 1) {
    refuse(start, 'a value in the middle of a byte', 'a value of a whole key');
  }
  const present = u16.read(reader);
  const children: (Uint8Array | undefined)[] = [];
  let parts = own === undefined ? 0 : 1;
  for (let nibble = 0; nibble < 16; nibble++) {
    const isPresent = (present & (1 << nibble)) !== 0;
    if (isPresent) parts++;
    children.push(isPresent ? readBytes(reader, hashLength) : undefined);
  }
  if (parts < 2) refuse(start, `${parts} parts`, 'a branch of two or more');
  return { kind: 'branch', prefix, size, own, children };
}

function readPrefix(reader: Reader): Path {
  const start = reader.offset;
  const nibbles = readUleb(reader);
  // Keys end at twice the limit in digits, so nothing could branch there.
  if (nibbles >= 2 * keyBytesMax)
    refuse(start, `${nibbles} digits`, 'fewer than a key has at most');
  const bytes = readBytes(reader, (nibbles + 1) >> 1);
  if (nibbles % 2 === 1 && ((bytes[bytes.length - 1] as number) & 15) !== 0) {
    refuse(start, 'a digit after the last', 'a prefix padded with zero');
  }
  return { bytes, nibbles };
}
