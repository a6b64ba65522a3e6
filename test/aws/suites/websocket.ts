import { randomUUID } from 'node:crypto';
import { tableListeners } from '#adapters/websocket/listeners.ts';
import { listenersTable } from '#adapters/websocket/listeners-table.ts';
import { createTable, emulatorClient } from '#test/aws/support/opened-tables.ts';
import { listenersContract } from '#test/contracts/listeners.ts';

const client = emulatorClient();

listenersContract('dynamodb', async (clock) => {
  const table = `weft-${randomUUID()}`;
  await createTable(client, table, [listenersTable.partitionKey, listenersTable.sortKey]);
  return tableListeners({ client, table, clock });
});
