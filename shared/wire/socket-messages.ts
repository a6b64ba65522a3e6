import * as z from 'zod/mini';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { type Timestamp, timestamp } from '#protocol/primitives/numbers.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import type { resetEvent } from './notifications.ts';
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
  const parsed = requestSchema.safeParse(jsonFrom(text));
  if (!parsed.success) return reject('no request that is known here');
  const { data } = parsed;
  return ok(data.kind === 'ping' ? data : { ...data, after: timeFromId(data.after) });
}

/** A hint: its id, and what there is to pull. */
export function hintText(id: string, notification: Notification): string {
  return jsonText({ id, event: notification.reason.kind, data: notification }, 0);
}

/** `reset`: something may have been missed; `subscribed`: nothing was; `alive`: to a ping. */
export function socketEventText(
  id: string,
  event: typeof resetEvent | 'subscribed' | 'alive' | 'refused',
): string {
  return jsonText({ id, event }, 0);
}

/** An id that we never gave is none: whoever sends it is told to pull. */
function timeFromId(id: string | undefined): Timestamp | undefined {
  return id !== undefined && /^\d{1,19}$/.test(id) ? timestamp(BigInt(id)) : undefined;
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
