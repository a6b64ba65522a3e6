import { tableListeners } from '#adapters/websocket/listeners.ts';
import { listenersTable } from '#adapters/websocket/listeners-table.ts';
import { removeAtEnd } from '#test/aws/support/left-behind.ts';
import { createTable, removeTable } from '#test/aws/support/opened-tables.ts';
import { ownName, tablesClient } from '#test/aws/support/target.ts';
import { listenersContract } from '#test/contracts/listeners.ts';

const client = tablesClient();

listenersContract('dynamodb', async (clock) => {
  const table = ownName();
  await createTable(client, table, [listenersTable.partitionKey, listenersTable.sortKey]);
  removeAtEnd(() => removeTable(client, table));
  return tableListeners({ client, table, clock });
});
