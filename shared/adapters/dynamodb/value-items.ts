import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { hashedKey, type Item, type ItemKey, keyItem, keyText } from './item-keys.ts';
import { loadItems, loadWritten } from './load-items.ts';
import { bytesFromStored, chunked, chunksOf, joined, storedBytes } from './stored-values.ts';
import { inParallel, type TableCalls } from './table-calls.ts';

/** Under which condition an item is put, in the place of what. */
export interface PutCondition {
  readonly expression: string;
  readonly values?: Item;
  /** Placeholders of attributes apart from `#pk`. */
  readonly names?: Record<string, string>;
}

export const ifAbsent: PutCondition = { expression: 'attribute_not_exists(#pk)' };

/** Puts an item of the data table; repeating it changes nothing. */
export async function putItem(
  { client, tables, repeat }: TableCalls,
  item: Item,
  condition?: PutCondition,
): Promise<'put' | 'there'> {
  const put = new PutItemCommand({
    TableName: tables.data,
    Item: item,
    ...(condition && {
      ConditionExpression: condition.expression,
      ExpressionAttributeNames: { '#pk': 'pk', ...condition.names },
      ...(condition.values && { ExpressionAttributeValues: condition.values }),
    }),
  });
  return (await repeat((options) => client.send(put, options))) === undefined ? 'there' : 'put';
}

export interface ValuePut {
  readonly chain: ChainId;
  readonly key: ItemKey;
  readonly bytes: Uint8Array;
  readonly more?: Item;
  /** What a pointer says besides of a value that no item holds. */
  readonly besidePointer?: () => Item;
  readonly condition?: PutCondition;
}

/** Puts a value: in parts, if it is too long for one item, with the pointer to them last. */
export async function putValue(
  calls: TableCalls,
  { chain, key, bytes, more = {}, besidePointer, condition }: ValuePut,
): Promise<'put' | 'there'> {
  const stored = storedBytes(bytes);
  const parts = chunked(stored);
  await inParallel(parts?.chunks ?? [], ({ hash, bytes: part }) =>
    putItem(calls, { ...keyItem(hashedKey('chunk', chain, hash)), v: { B: part } }),
  );
  const beside = parts && besidePointer ? besidePointer() : {};
  const item = { ...keyItem(key), v: { B: parts?.pointer ?? stored }, ...more, ...beside };
  return await putItem(calls, item, condition);
}

/** A value that is written once, under one of several keys. */
export interface WantedValue<Name> {
  readonly name: Name;
  readonly keys: readonly ItemKey[];
}

/** The values that exist among those asked for. */
export async function loadValues<Name>(
  calls: TableCalls,
  chain: ChainId,
  wanted: readonly WantedValue<Name>[],
): Promise<ReadonlyMap<Name, Uint8Array>> {
  const items = await loadWritten(
    calls,
    wanted.map(({ keys }) => keys),
  );
  return await valuesFrom(calls, chain, { wanted, items });
}

/** The same, of values that are more often missing than not: they are looked for once. */
export async function loadFewValues<Name>(
  calls: TableCalls,
  chain: ChainId,
  wanted: readonly WantedValue<Name>[],
): Promise<ReadonlyMap<Name, Uint8Array>> {
  const keys = wanted.flatMap((one) => one.keys);
  const items = await loadItems(calls, keys, 'strong');
  return await valuesFrom(calls, chain, { wanted, items });
}

interface Found<Name> {
  readonly wanted: readonly WantedValue<Name>[];
  readonly items: ReadonlyMap<string, Item>;
}

async function valuesFrom<Name>(
  calls: TableCalls,
  chain: ChainId,
  { wanted, items }: Found<Name>,
): Promise<ReadonlyMap<Name, Uint8Array>> {
  const values = new Map<Name, Uint8Array>();
  for (const { name, keys } of wanted) {
    const key = keys.find((each) => items.has(keyText(each)));
    const stored = key && items.get(keyText(key))?.v?.B;
    if (stored !== undefined) values.set(name, await wholeValue(calls, chain, stored));
  }
  return values;
}

async function wholeValue(
  calls: TableCalls,
  chain: ChainId,
  stored: Uint8Array,
): Promise<Uint8Array> {
  const hashes = chunksOf(stored);
  if (hashes === undefined) return bytesFromStored(stored);
  const keys = hashes.map((hash) => hashedKey('chunk', chain, hash));
  const found = await loadWritten(
    calls,
    keys.map((key) => [key]),
  );
  const parts = hashes.map((hash, index) => {
    const bytes = found.get(keyText(keys[index] as ItemKey))?.v?.B;
    if (bytes === undefined) throw new StoreFault(`chunk ${hash} is missing`);
    return { hash, bytes };
  });
  return bytesFromStored(joined(parts));
}
