import * as z from 'zod/mini';
import { type ChainId, chainIdCodec, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { Round } from '#protocol/block/round.ts';
import type { Notification, NotificationReason } from '#protocol/chain/notification.ts';
import { type Hash, hashFromHex } from '#protocol/crypto/hash.ts';
import { vector } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { blockHeight, u64Max } from '#protocol/primitives/numbers.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { MalformedRequest } from './query.ts';
import { malformed } from './rejections.ts';
import { jsonText } from './replies.ts';

/** Most chains of one stream. */
export const subscribedChainsMax = 1_000;

/** The body of a subscription. */
export const subscriptionCodec = struct({ chains: vector(chainIdCodec, subscribedChainsMax) });
/** Most bytes of a subscription. */
export const subscriptionBytesMax: number = subscribedChainsMax * 32 + 5;

/** The event that tells to pull, in place of what may have been missed. */
export const resetEvent = 'reset';

/** `chains=ID,ID`: the chains of a stream that is asked for by its address. */
export function chainsFromText(text: string): Result<readonly ChainId[], MalformedRequest> {
  const chains = text.split(',').map(chainIdFromText);
  const known = chains.filter((chain) => chain !== undefined);
  if (known.length === chains.length) return ok(known);
  return malformed(`chains=${text}`, 'ids of 64 hexadecimal digits with commas between them');
}

/** A notification as the data of an event. */
export function notificationText(notification: Notification): string {
  return jsonText(notification, 0);
}

const height = z.pipe(
  z.string().check(z.regex(/^(0|[1-9]\d{0,19})$/)),
  z.transform((text: string) => blockHeight(BigInt(text) > u64Max ? u64Max : BigInt(text))),
);
const hash = z.custom<Hash>((text) => typeof text === 'string' && hashFromHex(text) !== undefined);
const chain = z.custom<ChainId>(
  (text) => typeof text === 'string' && chainIdFromText(text) !== undefined,
);
const number = z.int().check(z.minimum(0), z.maximum(0xffff_ffff));
const numbered = <const K extends Exclude<Round['kind'], 'fast'>>(kind: K) =>
  z.object({ kind: z.literal(kind), number });
const round = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fast') }),
  numbered('multi-leader'),
  numbered('single-leader'),
  numbered('validator'),
]);
const notificationSchema = z.object({
  chain,
  reason: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('new-block'), height, hash }),
    z.object({ kind: z.literal('new-bundle'), origin: chain, height }),
    z.object({ kind: z.literal('new-round'), height, round }),
  ]),
});

/** The notification in an event's data; undefined if it holds none that is known here. */
export function notificationFromText(text: string): Notification | undefined {
  return notificationFrom(parsedJson(text));
}

/** The notification that parsed JSON is. */
export function notificationFrom(value: unknown): Notification | undefined {
  const parsed = notificationSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const reason: NotificationReason = parsed.data.reason;
  return { chain: parsed.data.chain, reason };
}

/** What JSON says; undefined for what is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
