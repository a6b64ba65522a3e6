import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { asciiBytes, joinBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';

export type Item = Record<string, AttributeValue>;

/**
 * Where listeners are in `listenersTable`: partitions that begin with `l` list the connections of a
 * chain behind what is known of them all, those with `m` the chains of a connection. Items end by
 * the time in `ttl`, in seconds.
 */
const ofChain = asciiBytes('l');
const ofConnection = asciiBytes('m');
/** Comes before every connection. */
const summaryKey = Uint8Array.of(0);
const callMs = 3_000;

export const chainPartition = (chain: ChainId) => joinBytes([ofChain, bytesFromHex(chain)]);
const connectionPartition = (connection: string) =>
  joinBytes([ofConnection, asciiBytes(connection)]);

export function summaryOf(chain: ChainId): Item {
  return { pk: { B: chainPartition(chain) }, sk: { B: summaryKey } };
}

export function memberOf(chain: ChainId, connection: string): Item {
  return { pk: { B: chainPartition(chain) }, sk: { B: asciiBytes(connection) } };
}

export function membershipOf(connection: string, chain: ChainId): Item {
  return { pk: { B: connectionPartition(connection) }, sk: { B: bytesFromHex(chain) } };
}

export const isSummary = ({ sk }: Item) => sk?.B?.length === 1 && sk.B[0] === 0;
export const numberOf = (value: AttributeValue | undefined) =>
  value?.N === undefined ? undefined : BigInt(value.N);

/** The calls that listeners take, each bounded in time. */
export interface ListenerTable {
  put(item: Item, only?: Only): Promise<unknown>;
  delete(key: Item): Promise<unknown>;
  update(key: Item, change: Change): Promise<unknown>;
  list(partition: Uint8Array, limit: number): Promise<readonly Item[]>;
  chainsOf(connection: string): Promise<readonly Item[]>;
}

/** Under which condition an item is written. */
export interface Only {
  readonly where: string;
  readonly values: Record<string, AttributeValue>;
}

export interface Change extends Only {
  readonly set: string;
}

export function listenerTable(client: DynamoDBClient, table: string): ListenerTable {
  const options = () => ({ abortSignal: AbortSignal.timeout(callMs) });
  async function list(partition: Uint8Array, limit: number): Promise<readonly Item[]> {
    const found = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': { B: partition } },
        // A stale copy may lack what was told, or who listens.
        ConsistentRead: true,
        Limit: limit,
      }),
      options(),
    );
    return found.Items ?? [];
  }
  return {
    put: (item, only) => {
      const condition = only && {
        ConditionExpression: only.where,
        ExpressionAttributeValues: only.values,
      };
      const put = new PutItemCommand({ TableName: table, Item: item, ...condition });
      return client.send(put, options());
    },
    delete: (key) => client.send(new DeleteItemCommand({ TableName: table, Key: key }), options()),
    update: (key, { set, where, values }) =>
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: key,
          UpdateExpression: `SET ${set}`,
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: values,
          ConditionExpression: where,
        }),
        options(),
      ),
    list,
    chainsOf: (connection) => list(connectionPartition(connection), 1_000),
  };
}
