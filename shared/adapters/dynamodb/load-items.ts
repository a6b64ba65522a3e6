import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { awsLimits } from '#ports/aws-limits.ts';
import { StoreBusyFault } from '#ports/store-fault.ts';
import { type Item, type ItemKey, keyItem, keyOfItem, keyText } from './item-keys.ts';
import { inParallel, pause, type TableCalls } from './table-calls.ts';

export type Consistency = 'strong' | 'eventual';

const batchItemsMax = awsLimits.dynamodb.batchGetItems;
const roundsMax = 40;

/** The items of the data table that exist among those asked for, by `keyText`. */
export async function loadItems(
  calls: TableCalls,
  keys: readonly ItemKey[],
  consistency: Consistency,
): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  const wanted = [...new Map(keys.map((key) => [keyText(key), key])).values()];
  const batches = Array.from({ length: Math.ceil(wanted.length / batchItemsMax) }, (_, index) =>
    wanted.slice(index * batchItemsMax, (index + 1) * batchItemsMax),
  );
  await inParallel(batches, (batch) => loadBatch(calls, { batch, consistency, found }));
  return found;
}

/**
 * Items that are written once, each under one of several keys: one that a stale copy lacks is looked
 * for again.
 */
export async function loadWritten(
  calls: TableCalls,
  wanted: readonly (readonly ItemKey[])[],
): Promise<Map<string, Item>> {
  const found = await loadItems(calls, wanted.flat(), 'eventual');
  const missing = wanted.filter((keys) => !keys.some((key) => found.has(keyText(key))));
  if (missing.length === 0) return found;
  return new Map([...found, ...(await loadItems(calls, missing.flat(), 'strong'))]);
}

interface Batch {
  readonly batch: readonly ItemKey[];
  readonly consistency: Consistency;
  readonly found: Map<string, Item>;
}

/** A reply may hold fewer items than asked for: those of 16 MB, or what the table's units allow. */
async function loadBatch(
  { client, tables, repeat }: TableCalls,
  { batch, consistency, found }: Batch,
): Promise<void> {
  const ConsistentRead = consistency === 'strong';
  let Keys: Item[] = batch.map(keyItem);
  for (let round = 1; Keys.length > 0; round++) {
    if (round > roundsMax) throw new StoreBusyFault('the table gives no more items');
    const RequestItems = { [tables.data]: { Keys, ConsistentRead } };
    const reply = await repeat((options) =>
      client.send(new BatchGetItemCommand({ RequestItems }), options),
    );
    const items = reply?.Responses?.[tables.data] ?? [];
    for (const item of items) found.set(keyText(keyOfItem(item)), item);
    Keys = reply?.UnprocessedKeys?.[tables.data]?.Keys ?? [];
    if (items.length === 0 && Keys.length > 0) await pause(round < 4 ? round : 4);
  }
}

export interface Range {
  readonly pk: Uint8Array;
  /** Items behind this sort key; all, if none. */
  readonly behind?: Uint8Array | undefined;
  readonly limit: number;
  readonly consistency: Consistency;
}

/** The first items of a partition behind a key, in order; fewer than `limit` only at the end. */
export async function listItems(calls: TableCalls, range: Range): Promise<readonly Item[]> {
  const { client, tables, repeat } = calls;
  const { pk, behind, limit, consistency } = range;
  const found: Item[] = [];
  let start: Item | undefined;
  do {
    const query = new QueryCommand({
      TableName: tables.data,
      KeyConditionExpression: behind === undefined ? '#pk = :pk' : '#pk = :pk AND #sk > :sk',
      ExpressionAttributeNames: { '#pk': 'pk', ...(behind && { '#sk': 'sk' }) },
      ExpressionAttributeValues: { ':pk': { B: pk }, ...(behind && { ':sk': { B: behind } }) },
      ConsistentRead: consistency === 'strong',
      Limit: limit - found.length,
      ...(start && { ExclusiveStartKey: start }),
    });
    const reply = await repeat((options) => client.send(query, options));
    found.push(...(reply?.Items ?? []));
    start = reply?.LastEvaluatedKey;
  } while (start !== undefined && found.length < limit);
  return found;
}
