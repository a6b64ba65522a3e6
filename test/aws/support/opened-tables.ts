import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { dynamoChainStore } from '#adapters/dynamodb/chain-store.ts';
import { dataTable, headsTable, type TableNames } from '#adapters/dynamodb/chain-tables.ts';
import { dynamoClient } from '#adapters/dynamodb/table-calls.ts';
import type { NodeStore } from '#ports/node-store.ts';

/** Where the emulator under test listens; set by whoever started it. */
export const endpointVariable = 'WEFT_AWS_ENDPOINT';

/** A client of the emulator under test, or of what stands before it. */
export function emulatorClient(endpoint = process.env[endpointVariable]): DynamoDBClient {
  if (endpoint === undefined) throw new Error(`${endpointVariable} is not set`);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return dynamoClient({ endpoint, region: 'us-east-1', credentials });
}

export interface OpenedTables {
  readonly tables: TableNames;
  /** A store over them, through a client of its own; with `client`, through that. */
  open(client?: DynamoDBClient): NodeStore;
  remove(): Promise<void>;
}

/** Two tables that a test has for itself. */
export async function openTables(): Promise<OpenedTables> {
  const admin = emulatorClient();
  const name = `weft-${randomUUID()}`;
  const tables = { heads: `${name}-heads`, data: `${name}-data` };
  await createTable(admin, tables.heads, [headsTable.key]);
  await createTable(admin, tables.data, [dataTable.partitionKey, dataTable.sortKey]);
  const clients = [admin];
  return {
    tables,
    open(client) {
      const used = client ?? emulatorClient();
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

/** A table on demand, whose keys are binaries. */
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
}
