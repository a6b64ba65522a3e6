import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from './item-keys.ts';
import { type DynamoOptions, storeFault, tableCalls } from './table-calls.ts';

/** Where the driver's listings go on in its next run. Losing it loses no work. */
export interface SavedCursors {
  load(): Promise<ReadonlyMap<number, string>>;
  save(cursors: ReadonlyMap<number, string>): Promise<void>;
}

/** Keeps them in one item of the data table, whose partition no other kind of item has. */
export function savedCursors(options: DynamoOptions): SavedCursors {
  const { client, tables, repeat } = tableCalls(options);
  const key: Item = { pk: { B: Uint8Array.of('d'.charCodeAt(0)) }, sk: { B: Uint8Array.of(0) } };
  return {
    async load() {
      const get = new GetItemCommand({ TableName: tables.data, Key: key });
      const item = (await repeat((call) => client.send(get, call)))?.Item;
      const entries = Object.entries(item?.cursors?.M ?? {});
      return new Map(entries.flatMap(([slot, { S }]) => (S ? [[Number(slot), S] as const] : [])));
    },
    async save(cursors) {
      const map = Object.fromEntries([...cursors].map(([slot, S]) => [`${slot}`, { S }]));
      const item = { ...key, cursors: { M: map } };
      const put = new PutItemCommand({ TableName: tables.data, Item: item });
      await repeat((call) => client.send(put, call)).catch((error: unknown) => {
        throw storeFault(error);
      });
    },
  };
}
