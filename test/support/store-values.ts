import { createHash } from 'node:crypto';
import type { OwedMark, Piece, StoredBlock } from '#ports/chain-store.ts';
import { type ChainId, chainIdFromHash } from '#protocol/block/chain-id.ts';
import { type ChainHead, genesisHead } from '#protocol/chain/head.ts';
import { type Hash, hashFromBytes } from '#protocol/crypto/hash.ts';
import { type InboxRow, tombstone } from '#protocol/messaging/inbox-row.ts';
import { type BlockHeight, blockHeight, epoch, timestamp } from '#protocol/primitives/numbers.ts';

/** A hash that follows from a name. */
export function hashNamed(name: string): Hash {
  return hashFromBytes(Uint8Array.from(createHash('sha256').update(name).digest()));
}

export function chainNamed(name: string): ChainId {
  return chainIdFromHash(hashNamed(name));
}

/** A chain whose id starts with `digits`, so that its owed slot and its order are known. */
export function chainFrom(digits: string): ChainId {
  return digits.padEnd(64, '0') as ChainId;
}

export const height = (value: bigint | number): BlockHeight => blockHeight(BigInt(value));

/** A head that differs from others by the height of its next block. */
export function headAt(chain: ChainId, next: bigint | number): ChainHead {
  const base = { kind: 'inline', node: new Uint8Array(40).fill(7) } as const;
  const state = { root: hashNamed('state'), base, changes: [] };
  return { ...genesisHead(chain, timestamp(1_000_000n), state), next: height(next) };
}

export function pieceNamed(name: string, length = 100): Piece {
  return { hash: hashNamed(name), bytes: bytesNamed(name, length) };
}

export function blockNamed(name: string, at: bigint | number, length = 1100): StoredBlock {
  return { height: height(at), bytes: bytesNamed(name, length), otherwise: [] };
}

/** Bytes that follow from a name. */
export function bytesNamed(name: string, length: number): Uint8Array {
  const start = createHash('sha256').update(name).digest();
  return Uint8Array.from({ length }, (_, index) => (start[index % 32] as number) ^ (index & 0xff));
}

/** The row of an arrived envelope. */
export function rowFrom(recipient: ChainId, origin: ChainId, at: bigint | number): InboxRow {
  const arrival = { lastTransaction: 3, epoch: epoch(0), at: timestamp(5n) };
  const block = hashNamed(`${origin}@${at}`);
  return { recipient, origin, height: height(at), block, arrival };
}

/** The tombstone of the same envelope. */
export function tombstoneOf(row: InboxRow): InboxRow {
  return tombstone(row.recipient, row, row.block);
}

export function markOf(chain: ChainId, at: number, from: bigint | number): OwedMark {
  return { chain, at, from: height(from), since: timestamp(9n) };
}
