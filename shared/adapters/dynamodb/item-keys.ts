import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { owedSlot } from '#ports/pages.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import { type ChainId, chainIdCodec } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { decode } from '#protocol/encoding/codec.ts';
import type { RowKey } from '#protocol/messaging/inbox-row.ts';
import { concatBytes, nameOfBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { inboxPartitions, partitions } from './chain-tables.ts';

export type Item = Record<string, AttributeValue>;

/** Names an item of the data table. */
export interface ItemKey {
  readonly pk: Uint8Array;
  readonly sk: Uint8Array;
}

type Partition = (typeof partitions)[keyof typeof partitions];

const ascii = (letter: Partition) => Uint8Array.of(letter.charCodeAt(0));
const partitionOf = (letter: Partition, ...rest: Uint8Array[]) =>
  concatBytes(ascii(letter), ...rest);

export function blockKey(chain: ChainId, height: bigint): ItemKey {
  return { pk: partitionOf(partitions.block, bytesFromHex(chain)), sk: u64Bytes(height) };
}

export function hashedKey(kind: 'node' | 'piece' | 'chunk', chain: ChainId, hash: Hash): ItemKey {
  return { pk: partitionOf(partitions[kind], bytesFromHex(chain)), sk: bytesFromHex(hash) };
}

export function rowKey(recipient: ChainId, { origin, height }: RowKey): ItemKey {
  const place = concatBytes(bytesFromHex(origin), u64Bytes(height));
  // An id is a hash, so its last byte spreads origins as well as another hash would.
  const slot = Number.parseInt(origin.slice(-2), 16) % inboxPartitions;
  return { pk: inboxPartition(recipient, slot), sk: place };
}

export function inboxPartition(recipient: ChainId, slot: number): Uint8Array {
  return partitionOf(partitions.row, bytesFromHex(recipient), Uint8Array.of(slot));
}

export function owedKey(chain: ChainId): ItemKey {
  return { pk: owedPartition(owedSlot(chain)), sk: bytesFromHex(chain) };
}

export function owedPartition(slot: number): Uint8Array {
  return partitionOf(partitions.owed, Uint8Array.of(slot));
}

export function blobKey(id: BlobId): ItemKey {
  return { pk: partitionOf(partitions.blob, bytesFromHex(id)), sk: u64Bytes(0n) };
}

export function slotPartition(chain: ChainId): Uint8Array {
  return partitionOf(partitions.slot, bytesFromHex(chain));
}

export function objectPartition(name: string): Uint8Array {
  return partitionOf(partitions.object, new TextEncoder().encode(name));
}

/** The key's attributes. */
export function keyItem({ pk, sk }: ItemKey): Item {
  return { pk: { B: pk }, sk: { B: sk } };
}

/** One text for each key, for maps. */
export function keyText({ pk, sk }: ItemKey): string {
  return `${nameOfBytes(pk)}/${nameOfBytes(sk)}`;
}

export function keyOfItem({ pk, sk }: Item): ItemKey {
  return { pk: pk?.B ?? new Uint8Array(), sk: sk?.B ?? new Uint8Array() };
}

/** Eight bytes that sort as the numbers do. */
export function u64Bytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** @throws StoreFault unless `u64Bytes` made them. */
export function u64FromBytes({ buffer, byteOffset, byteLength }: Uint8Array): bigint {
  if (byteLength !== 8) throw new StoreFault(`a stored number has ${byteLength} bytes`);
  return new DataView(buffer, byteOffset, byteLength).getBigUint64(0);
}

/** @throws StoreFault unless the key is that of a chain. */
export function chainFromKey(bytes: Uint8Array): ChainId {
  const id = decode(chainIdCodec, bytes);
  if (!id.ok) throw new StoreFault(`a stored key is damaged: ${id.error.found}`);
  return id.value;
}

/** @throws StoreFault unless the attribute is a number that we count with. */
export function countFrom(value: AttributeValue | undefined): number {
  const count = Number(value?.N);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new StoreFault(`a stored count is ${value?.N}`);
}
