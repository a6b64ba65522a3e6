import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { Clock } from '#ports/clock.ts';
import type { Listeners } from '#ports/listeners.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { resetEvent } from '#wire/notifications.ts';
import {
  type SocketRequest,
  socketEventText,
  socketRequestFromText,
} from '#wire/socket-messages.ts';

export interface SocketReply {
  readonly statusCode: number;
  readonly body?: string;
}

export interface SocketParts {
  readonly listeners: Listeners;
  readonly clock: Clock;
}

/** Pushes overtake each other: what was told so shortly before an id may not have been heard. */
const onTheWay = 5_000_000n;

const done: SocketReply = { statusCode: 200 };

/** Connects, subscribes, answers heartbeats, and forgets who went. */
export async function answerSocket(
  parts: SocketParts,
  { requestContext, body = '', isBase64Encoded }: APIGatewayProxyWebsocketEventV2,
): Promise<SocketReply> {
  const { connectionId, eventType } = requestContext;
  if (eventType === 'CONNECT') return done;
  if (eventType === 'DISCONNECT') {
    await parts.listeners.forget(connectionId);
    return done;
  }
  const request = isBase64Encoded ? undefined : socketRequestFromText(body);
  if (!request?.ok) return saying(parts, 'refused');
  if (request.value.kind === 'ping') return saying(parts, 'alive');
  return await subscribe(parts, connectionId, request.value);
}

/** Listed first: what comes in between is told twice rather than never. */
async function subscribe(
  parts: SocketParts,
  connectionId: string,
  { chains, after }: Extract<SocketRequest, { kind: 'subscribe' }>,
): Promise<SocketReply> {
  const { listeners } = parts;
  const heard = after === undefined || after < onTheWay ? undefined : timestamp(after - onTheWay);
  const missedNothing = heard !== undefined && (await listeners.wereQuiet(chains, heard));
  await listeners.listen(connectionId, chains);
  const isStill = missedNothing && (await listeners.wereQuiet(chains, heard));
  return saying(parts, isStill ? 'subscribed' : resetEvent);
}

function saying({ clock }: SocketParts, event: Parameters<typeof socketEventText>[1]): SocketReply {
  return { statusCode: 200, body: socketEventText(`${clock.now()}`, event) };
}
