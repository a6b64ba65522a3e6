import { createHash } from 'node:crypto';

/** A state tree by the words of docs/protocol.md: all pieces by hash, and the hash of the root. */
export interface ReferenceTree {
  readonly root: string;
  readonly rootNode: Buffer;
  readonly pieces: ReadonlyMap<string, Buffer>;
  readonly depth: number;
}

type Row = readonly [key: string, cell: Buffer, entry: Buffer];

/** Built from scratch, from hexadecimal keys to values, sharing no code with the protocol. */
export function referenceTree(contents: ReadonlyMap<string, Uint8Array>): ReferenceTree {
  const pieces = new Map<string, Buffer>();
  const rows: Row[] = [...contents]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => rowOf(key, cellBytes(key, value, pieces)));
  const { bytes, depth } = build(rows, pieces);
  const root = sha256('weft/state-node', bytes).toString('hex');
  pieces.set(root, bytes);
  return { root, rootNode: bytes, pieces, depth };
}

function build(
  rows: readonly Row[],
  pieces: Map<string, Buffer>,
): { bytes: Buffer; depth: number } {
  const entries = rows.map((row) => row[2]);
  const size = entries.reduce((sum, { length }) => sum + length, 0);
  if (size <= 2048) {
    return { bytes: Buffer.concat([Buffer.of(0), uleb(rows.length), ...entries]), depth: 1 };
  }
  const [first, last] = [rows[0], rows[rows.length - 1]] as [Row, Row];
  const prefix = commonPrefix(first[0], last[0]);
  const own = rows.find(([key]) => key === prefix)?.[1];
  const hashes: Buffer[] = [];
  let bitmap = 0;
  let depth = 0;
  for (let nibble = 0; nibble < 16; nibble++) {
    const under = rows.filter(([key]) => key[prefix.length] === nibble.toString(16));
    if (under.length === 0) continue;
    const child = build(under, pieces);
    const hash = sha256('weft/state-node', child.bytes);
    pieces.set(hash.toString('hex'), child.bytes);
    hashes.push(hash);
    bitmap += 2 ** nibble;
    depth = Math.max(depth, child.depth);
  }
  const packed = Buffer.from(prefix.length % 2 === 0 ? prefix : `${prefix}0`, 'hex');
  const numbers = Buffer.alloc(8);
  numbers.writeBigUInt64LE(BigInt(size));
  const ownBytes = own === undefined ? Buffer.of(0) : Buffer.concat([Buffer.of(1), own]);
  const present = Buffer.of(bitmap & 255, bitmap >> 8);
  const head = [Buffer.of(1), uleb(prefix.length), packed, numbers, ownBytes, present];
  return { bytes: Buffer.concat([...head, ...hashes]), depth: depth + 1 };
}

function rowOf(key: string, cell: Buffer): Row {
  return [key, cell, Buffer.concat([sized(Buffer.from(key, 'hex')), cell])];
}

function cellBytes(key: string, value: Uint8Array, pieces: Map<string, Buffer>): Buffer {
  if (value.length <= 1024) return Buffer.concat([Buffer.of(0), sized(value)]);
  const piece = Buffer.concat([sized(Buffer.from(key, 'hex')), sized(value)]);
  const hash = sha256('weft/state-value', piece);
  pieces.set(hash.toString('hex'), piece);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return Buffer.concat([Buffer.of(1), hash, length]);
}

function commonPrefix(a: string, b: string): string {
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return a.slice(0, common);
}

function sized(bytes: Uint8Array): Buffer {
  return Buffer.concat([uleb(bytes.length), bytes]);
}

function uleb(value: number): Buffer {
  const digits: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>= 7) digits.push((rest & 127) | 128);
  return Buffer.from([...digits, rest]);
}

function sha256(tag: string, bytes: Uint8Array): Buffer {
  return createHash('sha256').update(`${tag}\0`, 'latin1').update(bytes).digest();
}
