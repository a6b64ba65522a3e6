import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { ObjectStore } from '#ports/object-store.ts';
import { joinBytes } from '#protocol/primitives/bytes.ts';
import { keyItem, keyOfItem, objectPartition, u64Bytes } from './item-keys.ts';
import { listItems } from './load-items.ts';
import { bytesFromStored, chunkBytes, storedBytes } from './stored-values.ts';
import { inParallel, type TableCalls } from './table-calls.ts';
import { putItem } from './value-items.ts';

/** Most parts of one object. */
const partsMax = 256;

/** Keeps objects in the data table, in parts that are items each. */
export function tableObjects(calls: TableCalls): ObjectStore {
  const partsOf = (name: string) =>
    listItems(calls, { pk: objectPartition(name), limit: partsMax, consistency: 'strong' });
  return {
    async put(name, bytes) {
      const stored = storedBytes(bytes);
      const count = Math.ceil(stored.length / chunkBytes);
      await inParallel(
        Array.from({ length: count }, (_, index) => index),
        (index) => {
          const part = stored.subarray(index * chunkBytes, (index + 1) * chunkBytes);
          const key = { pk: objectPartition(name), sk: u64Bytes(BigInt(index)) };
          return putItem(calls, { ...keyItem(key), v: { B: part } });
        },
      );
    },
    async load(name) {
      const parts = await partsOf(name);
      if (parts.length === 0) return undefined;
      return bytesFromStored(joinBytes(parts.map(({ v }) => v?.B ?? new Uint8Array())));
    },
    async remove(name) {
      const { client, tables, repeat } = calls;
      await inParallel(await partsOf(name), (part) => {
        const item = { TableName: tables.data, Key: keyItem(keyOfItem(part)) };
        return repeat((options) => client.send(new DeleteItemCommand(item), options));
      });
    },
  };
}
