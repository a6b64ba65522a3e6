import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { StoredHead, Version } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type ChainHead, chainHeadCodec } from '#protocol/chain/head.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { callFault } from './call-faults.ts';
import { countFrom, type Item } from './item-keys.ts';
import { storedValue, valueFromStored } from './stored-values.ts';
import { storeFault, type TableCalls } from './table-calls.ts';

/** The head as last saved, read strongly. */
export async function loadHead(calls: TableCalls, chain: ChainId): Promise<StoredHead> {
  const item = await loadHeadItem(calls, chain);
  if (item === undefined) return { version: 0, head: undefined };
  return { version: versionOf(item), head: valueFromStored(chainHeadCodec, item.head?.B) };
}

/** The item of a chain's head. */
export function headItem(chain: ChainId, version: Version, head: ChainHead): Item {
  return {
    chain: { B: bytesFromHex(chain) },
    version: { N: `${version}` },
    head: { B: storedValue(chainHeadCodec, head) },
  };
}

/**
 * The only commit point. The write is made once, and only once: where its outcome is unknown, what
 * is recorded now tells whether it was done. One that was not may still land later.
 *
 * @throws StoreFault if nothing tells.
 */
export async function replaceHead(
  calls: TableCalls,
  base: Version,
  item: Item,
): Promise<'saved' | 'conflict'> {
  const { client, tables, once } = calls;
  const put = new PutItemCommand({
    TableName: tables.heads,
    Item: item,
    ...(base === 0
      ? {
          ConditionExpression: 'attribute_not_exists(#chain)',
          ExpressionAttributeNames: { '#chain': 'chain' },
        }
      : {
          ConditionExpression: '#version = :base',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':base': { N: `${base}` } },
        }),
  });
  try {
    await once((options) => client.send(put, options));
    return 'saved';
  } catch (error) {
    const fault = callFault(error);
    if (fault === 'condition') return 'conflict';
    if (fault === 'unknown' && (await isRecorded(calls, item))) return 'saved';
    throw storeFault(error);
  }
}

/** Whether the head that is saved now is the one of `item`; its version would not tell. */
async function isRecorded(calls: TableCalls, { chain, head }: Item): Promise<boolean> {
  const found = await readHeadItem(calls, chain?.B ?? new Uint8Array());
  const recorded = found?.head?.B;
  return recorded !== undefined && head?.B !== undefined && equalBytes(recorded, head.B);
}

async function loadHeadItem(calls: TableCalls, chain: ChainId): Promise<Item | undefined> {
  return await readHeadItem(calls, bytesFromHex(chain));
}

async function readHeadItem(
  { client, tables, repeat }: TableCalls,
  chain: Uint8Array,
): Promise<Item | undefined> {
  const get = new GetItemCommand({
    TableName: tables.heads,
    Key: { chain: { B: chain } },
    ConsistentRead: true,
  });
  return (await repeat((options) => client.send(get, options)))?.Item;
}

function versionOf({ version }: Item): Version {
  return countFrom(version);
}
