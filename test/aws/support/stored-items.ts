import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '#adapters/dynamodb/item-keys.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { stackResources } from './stacks.ts';
import { tablesClient } from './target.ts';

/** The tables of a deployed validator, as a test reads and writes behind its back. */
export interface StoredItems {
  heads(): Promise<readonly Item[]>;
  data(): Promise<readonly Item[]>;
  /** All items of both as texts, in an order of their own. */
  texts(): Promise<readonly string[]>;
  putHead(item: Item): Promise<void>;
  putData(item: Item): Promise<void>;
}

export async function storedItems(validator: string): Promise<StoredItems> {
  const client = tablesClient();
  const resources = await stackResources(`${validator}-State`);
  const nameOf = (prefix: string) =>
    resources.find(
      ({ type, logicalId }) => type === 'AWS::DynamoDB::Table' && logicalId.startsWith(prefix),
    )?.physicalId ?? '';
  const tables = { heads: nameOf('Heads'), data: nameOf('Data') };
  async function scan(TableName: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: from }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return items;
  }
  const put = async (TableName: string, Item: Item) => {
    await client.send(new PutItemCommand({ TableName, Item }));
  };
  return {
    heads: () => scan(tables.heads),
    data: () => scan(tables.data),
    async texts() {
      const all = await Promise.all([scan(tables.heads), scan(tables.data)]);
      return all.flat().map(textOf).sort();
    },
    putHead: (item) => put(tables.heads, item),
    putData: (item) => put(tables.data, item),
  };
}

function textOf(item: Item): string {
  const fields = Object.entries(item).map(([name, { B, ...rest }]) =>
    B === undefined ? `${name} ${JSON.stringify(rest)}` : `${name} ${hexFromBytes(B)}`,
  );
  return fields.sort().join(', ');
}
