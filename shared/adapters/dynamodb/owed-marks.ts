import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type ChainStore, type OwedMark, owedSlots } from '#ports/chain-store.ts';
import { isOwedPlace, pageLength, pageOf } from '#ports/pages.ts';
import { timestampCodec } from '#protocol/encoding/numbers.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import {
  chainFromKey,
  countFrom,
  type Item,
  keyItem,
  keyOfItem,
  owedKey,
  owedPartition,
  u64Bytes,
  u64FromBytes,
} from './item-keys.ts';
import { listItems } from './load-items.ts';
import { storedValue, valueFromStored } from './stored-values.ts';
import type { TableCalls } from './table-calls.ts';
import { putItem } from './value-items.ts';

/** Puts a mark unless one with an equal or higher `at` is there. */
export async function putOwed(calls: TableCalls, mark: OwedMark): Promise<void> {
  await putItem(calls, owedItem(mark), {
    expression: 'attribute_not_exists(#pk) OR #at < :at',
    names: { '#at': 'at' },
    values: { ':at': { N: `${mark.at}` } },
  });
}

export function owedMarks(
  calls: TableCalls,
): Pick<ChainStore, 'listOwed' | 'raiseOwed' | 'clearOwed'> {
  const { client, tables, repeat } = calls;
  return {
    async listOwed(slot, cursor, limit) {
      const isKnown = cursor === undefined || isOwedPlace(cursor);
      if (!isKnown || slot < 0 || slot >= owedSlots) return { items: [], next: undefined };
      const length = pageLength(limit);
      const found = await listItems(calls, {
        pk: owedPartition(slot),
        behind: cursor === undefined ? undefined : bytesFromHex(cursor),
        limit: length + 1,
        consistency: 'strong',
      });
      return pageOf(found.map(markFromItem), length, ({ chain }) => chain);
    },
    async raiseOwed(chain, from) {
      const update = new UpdateItemCommand({
        TableName: tables.data,
        Key: keyItem(owedKey(chain)),
        UpdateExpression: 'SET #from = :from',
        ConditionExpression: '#from < :from',
        ExpressionAttributeNames: { '#from': 'from' },
        ExpressionAttributeValues: { ':from': { B: u64Bytes(from) } },
      });
      await repeat((options) => client.send(update, options));
    },
    async clearOwed(chain, atMost) {
      const deletion = new DeleteItemCommand({
        TableName: tables.data,
        Key: keyItem(owedKey(chain)),
        ConditionExpression: '#at <= :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':at': { N: `${atMost}` } },
      });
      await repeat((options) => client.send(deletion, options));
    },
  };
}

function owedItem({ chain, at, from, since }: OwedMark): Item {
  return {
    ...keyItem(owedKey(chain)),
    at: { N: `${at}` },
    from: { B: u64Bytes(from) },
    v: { B: storedValue(timestampCodec, since) },
  };
}

function markFromItem(item: Item): OwedMark {
  return {
    chain: chainFromKey(keyOfItem(item).sk),
    at: countFrom(item.at),
    from: blockHeight(u64FromBytes(item.from?.B ?? new Uint8Array(8))),
    since: valueFromStored(timestampCodec, item.v?.B),
  };
}
