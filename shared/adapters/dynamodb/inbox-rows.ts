import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { ChainStore, Page } from '#ports/chain-store.ts';
import { isRowPlace, pageLength, pageOf, rowPlace } from '#ports/pages.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { hashCodec } from '#protocol/crypto/hash.ts';
import { option } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { arrivalCodec, type InboxRow } from '#protocol/messaging/inbox-row.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { inboxPartitions } from './chain-tables.ts';
import {
  chainFromKey,
  type Item,
  inboxPartition,
  keyItem,
  keyOfItem,
  keyText,
  rowKey,
  u64FromBytes,
} from './item-keys.ts';
import { listItems, loadItems } from './load-items.ts';
import { type Listing, mergedListings } from './merged-listings.ts';
import { storedValue, valueFromStored } from './stored-values.ts';
import { inParallel, type TableCalls } from './table-calls.ts';
import { ifAbsent, putItem } from './value-items.ts';

/** What an inbox row says apart from its key. */
const rowValueCodec = struct({ block: hashCodec, arrival: option(arrivalCodec) });
const originBytes = 32;

/** The rows that are there already and name another block, of those put if absent. */
export async function putRows(
  calls: TableCalls,
  rows: readonly InboxRow[],
): Promise<readonly InboxRow[]> {
  const taken: InboxRow[] = [];
  await inParallel(rows, async (row) => {
    if ((await putItem(calls, rowItem(row), ifAbsent)) === 'there') taken.push(row);
  });
  const others: InboxRow[] = [];
  for (const row of rows.filter((each) => taken.includes(each))) {
    const [there] = await loadRows(calls, row.recipient, [row]);
    if (there !== undefined && there.block !== row.block) others.push(there);
  }
  return others;
}

export function inboxRows(
  calls: TableCalls,
): Pick<ChainStore, 'loadRows' | 'listRows' | 'deleteRows'> {
  const { client, tables, repeat } = calls;
  return {
    loadRows: (recipient, keys) => loadRows(calls, recipient, keys),
    listRows: (recipient, cursor, limit) => listRows(calls, { recipient, cursor, limit }),
    async deleteRows(recipient, keys) {
      await inParallel(keys, (key) => {
        const row = { TableName: tables.data, Key: keyItem(rowKey(recipient, key)) };
        return repeat((options) => client.send(new DeleteItemCommand(row), options));
      });
    },
  };
}

async function loadRows(
  calls: TableCalls,
  recipient: ChainId,
  keys: Parameters<ChainStore['loadRows']>[1],
): Promise<readonly InboxRow[]> {
  const wanted = keys.map((key) => rowKey(recipient, key));
  const found = await loadItems(calls, wanted, 'strong');
  return wanted.flatMap((key) => {
    const item = found.get(keyText(key));
    return item === undefined ? [] : [rowFromItem(recipient, item)];
  });
}

interface AskedRows {
  readonly recipient: ChainId;
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** The inbox is spread over partitions, each in order: their listings are merged. */
async function listRows(
  calls: TableCalls,
  { recipient, cursor, limit }: AskedRows,
): Promise<Page<InboxRow>> {
  if (cursor !== undefined && !isRowPlace(cursor)) return { items: [], next: undefined };
  const length = pageLength(limit);
  const partitionOf = (slot: number): Listing<InboxRow> => {
    const pk = inboxPartition(recipient, slot);
    return async (behind, count) => {
      const start = behind === undefined ? cursor : rowPlace(behind);
      const found = await listItems(calls, {
        pk,
        behind: start === undefined ? undefined : bytesFromHex(start),
        limit: count,
        consistency: 'strong',
      });
      return found.map((item) => rowFromItem(recipient, item));
    };
  };
  const listings = Array.from({ length: inboxPartitions }, (_, slot) => partitionOf(slot));
  const rows = await mergedListings(listings, rowPlace, length + 1);
  return pageOf(rows, length, rowPlace);
}

function rowItem(row: InboxRow): Item {
  return { ...keyItem(rowKey(row.recipient, row)), v: { B: storedValue(rowValueCodec, row) } };
}

function rowFromItem(recipient: ChainId, item: Item): InboxRow {
  const { sk } = keyOfItem(item);
  return {
    recipient,
    origin: chainFromKey(sk.subarray(0, originBytes)),
    height: blockHeight(u64FromBytes(sk.subarray(originBytes))),
    ...valueFromStored(rowValueCodec, item.v?.B),
  };
}
