import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { BlobSlot } from '#ports/blob-store.ts';
import { type BlobId, blobIdCodec } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { bool } from '#protocol/encoding/integers.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import {
  type Item,
  keyItem,
  keyOfItem,
  slotPartition,
  u64Bytes,
  u64FromBytes,
} from './item-keys.ts';
import { type Consistency, listItems } from './load-items.ts';
import { storedValue, valueFromStored } from './stored-values.ts';
import type { TableCalls } from './table-calls.ts';

/** What one holder of a chain waits for or has. */
export interface StoredSlot {
  readonly holder: string;
  readonly wanted: readonly BlobId[];
  readonly height: bigint;
  readonly isGuest: boolean;
  /** When it was opened, among the slots of its chain. */
  readonly opened: number;
}

/** The slots of chains. */
export interface BlobSlots {
  list(chain: ChainId, consistency: Consistency): Promise<readonly StoredSlot[]>;
  /** Puts a slot in the place of the holder's. */
  put(slot: BlobSlot): Promise<void>;
  /** Adds to what a holder has. */
  add(
    chain: ChainId,
    slot: { holder: string; height: BlockHeight; ids: readonly BlobId[] },
  ): Promise<void>;
  /** Removes the slot, unless it was opened again; false if it is not there. */
  remove(chain: ChainId, holder: string, opened: number): Promise<boolean>;
}

/** Most slots of one chain: each proposer has one, and those of passed heights are closed. */
const slotsMax = 1_000;
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

export function blobSlots(calls: TableCalls): BlobSlots {
  const { client, tables, repeat } = calls;
  let newest = 0;

  /** Grows with time, also between processes. */
  function nextOpened(): number {
    newest = Math.max(newest + 1, Date.now() * 1_000);
    return newest;
  }

  return {
    async list(chain, consistency) {
      const pk = slotPartition(chain);
      return (await listItems(calls, { pk, limit: slotsMax, consistency })).map(slotFromItem);
    },
    async put({ chain, holder, height, wanted, isGuest }) {
      const put = new PutItemCommand({
        TableName: tables.data,
        Item: {
          ...slotKey(chain, holder),
          ...(wanted.length > 0 && { ids: { BS: uniqueIds(wanted) } }),
          height: { B: u64Bytes(height) },
          seq: { N: `${nextOpened()}` },
          v: { B: storedValue(bool, isGuest) },
        },
      });
      await repeat((options) => client.send(put, options));
    },
    async add(chain, { holder, height, ids }) {
      const update = new UpdateItemCommand({
        TableName: tables.data,
        Key: slotKey(chain, holder),
        UpdateExpression: 'SET #height = :height, #v = :v, #seq = :seq ADD #ids :ids',
        ExpressionAttributeNames: { '#height': 'height', '#v': 'v', '#seq': 'seq', '#ids': 'ids' },
        ExpressionAttributeValues: {
          ':height': { B: u64Bytes(height) },
          ':v': { B: storedValue(bool, false) },
          ':seq': { N: `${nextOpened()}` },
          ':ids': { BS: uniqueIds(ids) },
        },
      });
      await repeat((options) => client.send(update, options));
    },
    async remove(chain, holder, opened) {
      const deletion = new DeleteItemCommand({
        TableName: tables.data,
        Key: slotKey(chain, holder),
        ConditionExpression: '#seq = :seq',
        ExpressionAttributeNames: { '#seq': 'seq' },
        ExpressionAttributeValues: { ':seq': { N: `${opened}` } },
      });
      return (await repeat((options) => client.send(deletion, options))) !== undefined;
    },
  };
}

/** What names a holder of a chain in the row of a blob. */
export function holderMark(chain: ChainId, holder: string): Uint8Array {
  return sha256(concatBytes(bytesFromHex(chain), encoder.encode(holder)));
}

function slotKey(chain: ChainId, holder: string): Item {
  return keyItem({ pk: slotPartition(chain), sk: encoder.encode(holder) });
}

function uniqueIds(ids: readonly BlobId[]): Uint8Array[] {
  return [...new Set(ids)].map(bytesFromHex);
}

function slotFromItem(item: Item): StoredSlot {
  return {
    holder: decoder.decode(keyOfItem(item).sk),
    wanted: (item.ids?.BS ?? []).flatMap((bytes) => {
      const id = decode(blobIdCodec, bytes);
      return id.ok ? [id.value] : [];
    }),
    height: u64FromBytes(item.height?.B ?? new Uint8Array(8)),
    isGuest: valueFromStored(bool, item.v?.B),
    opened: Number(item.seq?.N),
  };
}
