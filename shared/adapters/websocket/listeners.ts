import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '#ports/clock.ts';
import {
  type ConnectionId,
  chainListenersMax,
  connectionUs,
  type Listeners,
  missedUs,
} from '#ports/listeners.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';
import {
  chainPartition,
  type Item,
  isSummary,
  type ListenerTable,
  listenerTable,
  memberOf,
  membershipOf,
  numberOf,
  summaryOf,
} from './listener-items.ts';

export interface TableListenersOptions {
  readonly client: DynamoDBClient;
  /** Its keys `pk` and `sk` are binaries, and items may end by `ttl`. */
  readonly table: string;
  readonly clock: Clock;
}

const seconds = (micros: bigint) => ({ N: `${micros / 1_000_000n + 1n}` });
const micros = (value: bigint) => ({ N: `${value}` });
const callsAtOnce = 16;

/** Keeps in DynamoDB who wants to hear of which chains. Times are compared, never only `ttl`. */
export function tableListeners({ client, table, clock }: TableListenersOptions): Listeners {
  const items = listenerTable(client, table);
  return {
    listen: (connection, chains) =>
      inTurns(chains, (chain) => join(items, { chain, connection, now: clock.now() })),
    listenersOf: (chain, told) =>
      answered(async () => {
        const now = clock.now();
        const [first] = await items.list(chainPartition(chain), 1);
        if (!(first && isSummary(first) && isOpen(first, now))) return [];
        const values = { ':told': micros(told), ':until': micros(now), ':zero': micros(0n) };
        const noted = { set: 'told = :told', where: openAndNotTold, values };
        await ifSo(() => items.update(summaryOf(chain), noted));
        // Whoever comes while they are listed finds noted what it may have missed.
        const found = await items.list(chainPartition(chain), chainListenersMax + 1);
        const members = found.filter((item) => !isSummary(item) && isOpen(item, now));
        return members.map(connectionOf);
      }),
    isHeard: (chain) =>
      answered(async () => {
        const [first] = await items.list(chainPartition(chain), 1);
        return first !== undefined && isSummary(first) && isOpen(first, clock.now());
      }),
    forget: (connection) =>
      answered(async () => {
        const all = await items.chainsOf(connection);
        await inTurns(all, async ({ pk, sk }) => {
          const chain = sk?.B ? Buffer.from(sk.B).toString('hex') : '';
          await items.delete(memberOf(chain as ChainId, connection));
          if (pk && sk) await items.delete({ pk, sk });
        });
      }),
    wereQuiet: (chains, heard) =>
      answered(async () => {
        let areQuiet = true;
        await inTurns(chains, async (chain) => {
          const [first] = await items.list(chainPartition(chain), 1);
          areQuiet &&= first !== undefined && wasQuiet(first, heard, clock.now());
        });
        return areQuiet;
      }),
  };
}

/** Only a summary that is in force is changed, and what was told last stays. */
const openAndNotTold =
  '#ttl > :zero AND untilTime > :until AND (attribute_not_exists(told) OR told < :told)';

interface Joining {
  readonly chain: ChainId;
  readonly connection: ConnectionId;
  readonly now: Timestamp;
}

/** The summary first: whoever is listed is covered by it. */
async function join(items: ListenerTable, { chain, connection, now }: Joining): Promise<void> {
  const until = now + connectionUs;
  const missed = until + missedUs;
  const ends = { untilTime: micros(until), ttl: seconds(until) };
  const goesOn = () =>
    items.update(summaryOf(chain), {
      set: 'untilTime = :missed, #ttl = :ttl',
      where: 'untilTime > :now',
      values: { ':missed': micros(missed), ':ttl': seconds(missed), ':now': micros(now) },
    });
  if (!(await ifSo(goesOn))) {
    const summary = { since: micros(now), untilTime: micros(missed), ttl: seconds(missed) };
    const isNone = 'attribute_not_exists(pk) OR untilTime <= :now';
    const only = { where: isNone, values: { ':now': micros(now) } };
    // One that came meanwhile is not replaced: it knows what was told.
    if (!(await ifSo(() => items.put({ ...summaryOf(chain), ...summary }, only)))) {
      await ifSo(goesOn);
    }
  }
  await items.put({ ...membershipOf(connection, chain), ...ends });
  await items.put({ ...memberOf(chain, connection), ...ends });
}

function isOpen({ untilTime }: Item, now: Timestamp): boolean {
  return (numberOf(untilTime) ?? 0n) > now;
}

function wasQuiet(item: Item, heard: Timestamp, now: Timestamp): boolean {
  const since = numberOf(item.since);
  if (!(isSummary(item) && isOpen(item, now)) || since === undefined || since > heard) return false;
  return (numberOf(item.told) ?? 0n) <= heard;
}

function connectionOf({ sk }: Item): ConnectionId {
  return Buffer.from(sk?.B ?? []).toString('latin1');
}

/** False if the item is not as the change asks. */
async function ifSo(change: () => Promise<unknown>): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

async function inTurns<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  await answered(async () => {
    for (let from = 0; from < all.length; from += callsAtOnce) {
      await Promise.all(all.slice(from, from + callsAtOnce).map(act));
    }
  });
}

async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    throw new StoreFault('the table of listeners did not answer', { cause: error });
  }
}
