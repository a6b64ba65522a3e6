import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoChainStore } from '#adapters/dynamodb/chain-store.ts';
import { headItem } from '#adapters/dynamodb/head-item.ts';
import { putRows } from '#adapters/dynamodb/inbox-rows.ts';
import { putOwed } from '#adapters/dynamodb/owed-marks.ts';
import { tableCalls } from '#adapters/dynamodb/table-calls.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { Random } from '../simulation/random.ts';
import { chainNamed, headAt, markOf, rowFrom, tombstoneOf } from '../support/store-values.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { type AnyTarget, anyTarget, type Judged } from './target.ts';

type Item = Readonly<Record<string, AttributeValue>>;

const tables = { heads: 'heads', data: 'data' };
const [mine, other] = [chainNamed('mine'), chainNamed('other')];
/** Calls take their time even where nothing is on the other side. */
const rowShare = 0.3;

/** Items of the tables, of which any attribute may be damaged: a fault of the store, no crash. */
export async function rowTargets(): Promise<readonly AnyTarget[]> {
  const row = rowFrom(mine, other, 4);
  const rows = await written((calls) => putRows(calls, [row, tombstoneOf(row)]));
  const marks = await written((calls) => putOwed(calls, markOf(mine, 5, 3)));

  return [
    rowTarget('loadHead of dynamodb', [headItem(mine, 3, headAt(mine, 2))], async (item) => {
      const { version, head } = await dynamoStore(item).loadHead(mine);
      return isCount(version) && head !== undefined;
    }),
    rowTarget('listRows of dynamodb', rows, async (item) => {
      const { items } = await dynamoStore(item).listRows(mine, undefined, 10);
      return items.every((each) => each.origin.length === 64 && typeof each.height === 'bigint');
    }),
    rowTarget('listOwed of dynamodb', marks, async (item) => {
      const { items } = await dynamoStore(item).listOwed(0, undefined, 10);
      return items.every(({ at, chain }) => isCount(at) && chain.length === 64);
    }),
  ];
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** A store whose every read finds this one item. */
function dynamoStore(item: Item) {
  const found = { Item: item, Items: [item], Responses: { [tables.data]: [item] } };
  const client = { send: () => Promise.resolve(found) };
  return dynamoChainStore({ client: client as unknown as DynamoDBClient, tables });
}

/** The items that are put. */
async function written(
  put: (calls: ReturnType<typeof tableCalls>) => Promise<unknown>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const client = {
    send: ({ input }: { readonly input: { readonly Item?: Item } }) => {
      if (input.Item) items.push(input.Item);
      return Promise.resolve({});
    },
  };
  await put(tableCalls({ client: client as unknown as DynamoDBClient, tables }));
  return items;
}

/** `read` says whether what it read is of the kind promised. */
function rowTarget(
  name: string,
  seeds: readonly Item[],
  read: (item: Item) => Promise<boolean>,
): AnyTarget {
  return anyTarget({
    name,
    seeds,
    share: rowShare,
    mutate: (random: Random, pool: readonly Item[]) =>
      mutateItem(random, random.pick(pool), random.pick(pool)),
    show: (item: Item) => JSON.stringify(item, (_, value) => shown(value)),
    async judge(item: Item): Promise<Judged> {
      const feature = Object.keys(item).join(' ');
      try {
        if (!(await read(item))) throw new Error('read as something else than promised');
        return { kind: 'accepted', feature };
      } catch (error) {
        if (error instanceof StoreFault) return { kind: 'refused', feature };
        throw error;
      }
    },
  });
}

function shown(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

const numbers = ['0', '-1', '1.5', '1e30', '9007199254740993', '18446744073709551616'];

/** One attribute is damaged, missing, of another type, or another item's. */
function mutateItem(random: Random, base: Item, donor: Item): Item {
  const name = random.pick(Object.keys(base).length > 0 ? Object.keys(base) : ['pk']);
  const { [name]: value, ...rest } = base;
  const bytes = value?.B ?? new Uint8Array();
  const given = donor[name];
  const damaged: readonly (AttributeValue | undefined)[] = [
    undefined,
    given,
    { S: 'text' },
    { N: random.pick(numbers) },
    { B: random.bytes(random.below(80)) },
    { B: mutateBytes(random, { bytes, cuts: [0, 1] }, { bytes: given?.B ?? bytes, cuts: [] }) },
    { B: mutateBytes(random, { bytes, cuts: [0, 1] }, { bytes, cuts: [] }) },
  ];
  const chosen = random.pick(damaged);
  return chosen === undefined ? rest : { ...rest, [name]: chosen };
}
