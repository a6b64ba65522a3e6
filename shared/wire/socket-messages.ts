import * as z from 'zod/mini';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { type Timestamp, timestamp } from '#protocol/primitives/numbers.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { notificationFrom, parsedJson, type resetEvent } from './notifications.ts';
import { jsonText } from './replies.ts';

/** What a listener says over a WebSocket. */
export type SocketRequest =
  /** `after`: the id up to which it heard, over this connection or an earlier one. */
  | {
      readonly kind: 'subscribe';
      readonly chains: readonly ChainId[];
      readonly after: Timestamp | undefined;
    }
  | { readonly kind: 'ping' };

/** Most chains of one subscription over WebSocket, and most characters of a message. */
export const socketChainsMax = 100;
export const socketMessageLengthMax = 8_192;

const chain = z.custom<ChainId>(
  (text) => typeof text === 'string' && chainIdFromText(text) !== undefined,
);
const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('subscribe'),
    chains: z.array(chain).check(z.minLength(1), z.maxLength(socketChainsMax)),
    after: z.optional(z.string()),
  }),
  z.strictObject({ kind: z.literal('ping') }),
]);

/** What a message says, or what is odd about it. */
export function socketRequestFromText(text: string): Result<SocketRequest, string> {
  if (text.length > socketMessageLengthMax) return reject(`${text.length} characters`);
  const parsed = requestSchema.safeParse(parsedJson(text));
  if (!parsed.success) return reject('no request that is known here');
  const { data } = parsed;
  return ok(data.kind === 'ping' ? data : { ...data, after: timeFromId(data.after) });
}

/** A hint: its id, and what there is to pull. */
export function hintText(id: string, notification: Notification): string {
  return jsonText({ id, event: notification.reason.kind, data: notification }, 0);
}

/** `reset`: something may have been missed; `subscribed`: nothing was; `alive`: to a ping. */
export type SocketEvent = typeof resetEvent | 'subscribed' | 'alive' | 'refused';

export function socketEventText(id: string, event: SocketEvent): string {
  return jsonText({ id, event }, 0);
}

/** What a validator tells over a WebSocket. */
export type SocketTelling =
  | { readonly kind: 'hint'; readonly id: string; readonly notification: Notification }
  | { readonly kind: SocketEvent; readonly id: string };

const idText = z.string().check(z.regex(/^[!-~]{1,64}$/));
const eventSchema = z.object({
  id: idText,
  event: z.literal(['reset', 'subscribed', 'alive', 'refused']),
});
const hintSchema = z.object({ id: idText, data: z.unknown() });

/** What a message tells; undefined for what tells nothing that is known here. */
export function socketTellingFromText(text: string): SocketTelling | undefined {
  if (text.length > socketMessageLengthMax) return undefined;
  const value = parsedJson(text);
  const event = eventSchema.safeParse(value);
  if (event.success) return { kind: event.data.event, id: event.data.id };
  const hint = hintSchema.safeParse(value);
  if (!hint.success) return undefined;
  const notification = notificationFrom(hint.data.data);
  return notification && { kind: 'hint', id: hint.data.id, notification };
}

/** A subscription as text, behind what was heard up to `after`. */
export function subscribeText(chains: readonly ChainId[], after: string | undefined): string {
  return jsonText({ kind: 'subscribe', chains, after }, 0);
}

export const pingText = '{"kind":"ping"}';

/** An id that we never gave is none: whoever sends it is told to pull. */
function timeFromId(id: string | undefined): Timestamp | undefined {
  return id !== undefined && /^\d{1,19}$/.test(id) ? timestamp(BigInt(id)) : undefined;
}
