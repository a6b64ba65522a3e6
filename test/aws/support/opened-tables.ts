import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { dynamoChainStore } from '#adapters/dynamodb/chain-store.ts';
import { dataTable, headsTable, type TableNames } from '#adapters/dynamodb/chain-tables.ts';
import type { NodeStore } from '#ports/node-store.ts';
import { ownName, tablesClient } from './target.ts';

export interface OpenedTables {
  readonly tables: TableNames;
  /** A store over them, through a client of its own; with `client`, through that. */
  open(client?: DynamoDBClient): NodeStore;
  remove(): Promise<void>;
}

/** Two tables that a test has for itself. */
export async function openTables(): Promise<OpenedTables> {
  const admin = tablesClient();
  const name = ownName();
  const tables = { heads: `${name}-heads`, data: `${name}-data` };
  await createTable(admin, tables.heads, [headsTable.key]);
  await createTable(admin, tables.data, [dataTable.partitionKey, dataTable.sortKey]);
  const clients = [admin];
  return {
    tables,
    open(client) {
      const used = client ?? tablesClient();
      clients.push(used);
      return dynamoChainStore({ client: used, tables });
    },
    async remove() {
      for (const TableName of [tables.heads, tables.data]) {
        await admin.send(new DeleteTableCommand({ TableName }));
      }
      for (const client of clients) client.destroy();
    },
  };
}

/** A table on demand, whose keys are binaries; it is there when this returns. */
export async function createTable(
  client: DynamoDBClient,
  TableName: string,
  keys: readonly string[],
): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'B' })),
      KeySchema: keys.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
    }),
  );
  await waitUntilTableExists({ client, ...patience }, { TableName });
}

/** Nothing is left of the table when this returns: another may have its name. */
export async function removeTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client, ...patience }, { TableName });
}

const patience = { minDelay: 1, maxDelay: 2, maxWaitTime: 120 };
