import { bellFromText, textOfBell } from '#adapters/sqs/bell-record.ts';
import { lookFromText, textOfLook } from '#adapters/sqs/look-record.ts';
import { ownerFromText } from '#client/account-ref.ts';
import { parseAmount } from '#client/amount.ts';
import { hopsOfEvent } from '#functions/driver/event-hops.ts';
import { blobIdFromText } from '#protocol/block/blob.ts';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import { ownerText } from '#protocol/block/owner.ts';
import { hashFromHex } from '#protocol/crypto/hash.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { eventStreamReader, eventText, heartbeatText } from '#wire/event-stream.ts';
import { correlationFrom } from '#wire/exchange.ts';
import {
  chainsFromText,
  notificationFromText,
  notificationText,
  parsedJson,
} from '#wire/notifications.ts';
import { readCursor, readFlag, readHeight, readLimit, readQuery } from '#wire/query.ts';
import { matchRoute, routes } from '#wire/routes.ts';
import { shardMapFromText, shardMapText } from '#wire/shard-map.ts';
import {
  hintText,
  pingText,
  socketEventText,
  socketRequestFromText,
  socketTellingFromText,
  subscribeText,
} from '#wire/socket-messages.ts';
import type { Random } from '../simulation/random.ts';
import { owners } from '../support/sample-parts.ts';
import { chainNamed } from '../support/store-values.ts';
import { mutateText } from './mutate-text.ts';
import { type AnyTarget, anyTarget, type Judged, NonCanonical } from './target.ts';

const chain = chainNamed('fuzzed');
const notifications = (
  [
    { kind: 'new-block', height: blockHeight(7n), hash: hashFromHex(chain)! },
    { kind: 'new-bundle', origin: chain, height: blockHeight(0n) },
    { kind: 'new-round', height: blockHeight(2n ** 64n - 1n), round: { kind: 'fast' } },
    { kind: 'new-round', height: blockHeight(1n), round: { kind: 'validator', number: 3 } },
  ] as const
).map((reason) => ({ chain, reason }));

/** How a text is read: what it says, undefined where that is nothing. */
interface TextReader {
  readonly seeds: readonly string[];
  read(text: string): unknown;
  /** The one text of a value, where there is only one. */
  write?(value: never): string;
}

/** A reader that answers with a result. */
function byResult<T>(
  seeds: readonly string[],
  from: (text: string) => { readonly ok: boolean; readonly value?: T },
  write?: (value: T) => string,
): TextReader {
  const read = (text: string) => {
    const result = from(text);
    return result.ok ? result.value : undefined;
  };
  return { seeds, read, ...(write && { write }) };
}

const paths = routes.map(({ path }) =>
  path.replace('{shard}', '3').replace('{chain}', chain).replace('{blob}', chain),
);
const queries = [
  'from=3&limit=10',
  'ownership&pending=true',
  `cursor=${chain}0000000000000004&limit=1`,
  'stream=%01&from=18446744073709551615',
];
const ofQueries = ['from', 'limit', 'ownership', 'pending', 'cursor', 'stream', 'chains'];

/** Every reader of text, by the name of the function that it is. */
export const textReaders: Readonly<Record<string, TextReader>> = {
  ownerFromText: {
    seeds: Object.values(owners).map(ownerText),
    read: ownerFromText,
    write: ownerText,
  },
  parseAmount: byResult(['0', '10', '0.25', amountText((2n ** 128n - 1n) as never)], parseAmount),
  bellFromText: byResult([textOfBell({ chain, height: blockHeight(9n), hops: 2 })], bellFromText),
  lookFromText: { seeds: [textOfLook({ hops: 3 })], read: lookFromText },
  hopsOfEvent: { seeds: ['{"hops":3}', '{}'], read: (text) => hopsOfEvent(parsedJson(text)) },
  blobIdFromText: { seeds: [chain], read: blobIdFromText, write: String },
  chainIdFromText: { seeds: [chain], read: chainIdFromText, write: String },
  hashFromHex: { seeds: [chain], read: hashFromHex, write: String },
  chainsFromText: byResult([chain, `${chain},${chain}`], chainsFromText, String),
  notificationFromText: { seeds: notifications.map(notificationText), read: notificationFromText },
  parsedJson: { seeds: ['{"a":[1,null]}'], read: parsedJson },
  shardMapFromText: byResult(['3;bits=2', '4294967295;bits=16'], shardMapFromText, shardMapText),
  socketRequestFromText: byResult(
    [pingText, subscribeText([chain], undefined), subscribeText([chain, chain], '17')],
    socketRequestFromText,
  ),
  socketTellingFromText: {
    seeds: [
      socketEventText('12', 'reset'),
      ...notifications.map((notification) => hintText('13', notification)),
    ],
    read: socketTellingFromText,
  },
  correlationFrom: {
    seeds: ['f'.repeat(32)],
    read: (text) => correlationFrom({ headers: { 'weft-correlation': text } }),
    write: String,
  },
  eventStreamReader: {
    seeds: [eventText('1', 'new-block', notificationText(notifications[0]!)), heartbeatText('2')],
    read: readStream,
  },
  readQuery: { seeds: queries, read: readParameters },
  matchRoute: byResult(
    paths.flatMap((path) => [path, `${path}?${queries[0]}`]),
    (target) => matchRoute('GET', target),
  ),
};

/** Reads a stream in two pieces, of which the first may end anywhere. */
function readStream(text: string): unknown {
  const reader = eventStreamReader();
  const half = text.length >> 1;
  const [first, second] = [reader.push(text.slice(0, half)), reader.push(text.slice(half))];
  if (!(first.ok && second.ok)) return undefined;
  const whole = eventStreamReader().push(text);
  const pieces = [...first.value, ...second.value];
  if (whole.ok && JSON.stringify(whole.value) !== JSON.stringify(pieces)) {
    throw new NonCanonical('pieces say something else than the whole');
  }
  return pieces.length > 0 ? pieces : undefined;
}

function readParameters(text: string): unknown {
  const query = readQuery(text, ofQueries);
  if (!query.ok) return undefined;
  const read = [readHeight(query.value, 'from'), readLimit(query.value), readCursor(query.value)];
  const flags = ['ownership', 'pending'].map((name) => readFlag(query.value, name));
  return [...read, ...flags].map(({ ok }) => ok).join();
}

/** A target for each of them. */
export function textTargets(): readonly AnyTarget[] {
  return Object.entries(textReaders).map(([name, reader]) =>
    anyTarget({
      name,
      seeds: reader.seeds,
      mutate: (random: Random, pool: readonly string[]) =>
        mutateText(random, random.pick(pool), random.pick(pool)),
      judge: (text: string) => judgeReading(reader, text),
      show: (text: string) => JSON.stringify(text),
    }),
  );
}

function judgeReading({ read, write }: TextReader, text: string): Judged {
  const value = read(text);
  if (value === undefined) return { kind: 'refused', feature: shapeOf(text) };
  const again = write?.(value as never) ?? text;
  if (again !== text) throw new NonCanonical(`is written ${again}`);
  return { kind: 'accepted', feature: shapeOf(text) };
}

/** Texts of one shape reach about the same. */
function shapeOf(text: string): string {
  return text
    .slice(0, 80)
    .replace(/[0-9]+/g, '0')
    .replace(/[a-zA-Z]+/g, 'a')
    .slice(0, 12);
}
