import { randomUUID } from 'node:crypto';
import { dataTable } from '#adapters/dynamodb/chain-tables.ts';
import { tableListeners } from '#adapters/websocket/listeners.ts';
import { createTable, emulatorClient } from '#test/aws/support/opened-tables.ts';
import { listenersContract } from '#test/contracts/listeners.ts';

const client = emulatorClient();

listenersContract('dynamodb', async (clock) => {
  const table = `weft-${randomUUID()}`;
  await createTable(client, table, [dataTable.partitionKey, dataTable.sortKey]);
  return tableListeners({ client, table, clock });
});
