import middy from '@middy/core';
import type {
  APIGatewayProxyWebsocketEventV2,
  DynamoDBBatchResponse,
  DynamoDBStreamEvent,
} from 'aws-lambda';
import type { Push } from '#ports/push.ts';
import type { Handler } from '../built-once.ts';
import { faultText } from '../observe/log.ts';
import { observed } from '../observe/observed.ts';
import type { Observer } from '../observe/observer.ts';
import { answerSocket, type SocketParts } from './answer-socket.ts';
import { changedHeads } from './changed-heads.ts';
import type { TellOfHeads } from './tell-of-heads.ts';

export type NotifierEvent = DynamoDBStreamEvent | APIGatewayProxyWebsocketEventV2;
export type NotifierReply = DynamoDBBatchResponse | { readonly statusCode: number };

export interface NotifierParts extends SocketParts {
  readonly tellOfHeads: TellOfHeads;
  /** Says something to whoever sent a message. */
  readonly answer: Push;
  readonly observer: Observer;
}

/** Listens on both sides: to who wants to hear, and to what there is to tell. */
export function notifierHandler(parts: NotifierParts): Handler<NotifierEvent, NotifierReply> {
  const { observer } = parts;
  return middy<NotifierEvent, NotifierReply>({ timeoutEarlyInMillis: 0 })
    .use(observed<NotifierEvent, NotifierReply>(observer, nameOf))
    .handler((event) =>
      'Records' in event ? tellOf(parts, event) : hear(parts, event),
    ) as Handler<NotifierEvent, NotifierReply>;
}

/** Answers are pushed: what a function returns goes no further than the gateway, unless asked to. */
async function hear(
  parts: NotifierParts,
  event: APIGatewayProxyWebsocketEventV2,
): Promise<NotifierReply> {
  const { connectionId } = event.requestContext;
  const { statusCode, body } = await answerSocket(parts, event);
  const isGone = body !== undefined && (await parts.answer(connectionId, body)) === 'gone';
  if (isGone) await parts.listeners.forget(connectionId);
  return { statusCode };
}

/** Hints may be lost: what cannot be told of must not hold back what comes behind it. */
async function tellOf(
  { tellOfHeads, observer }: NotifierParts,
  { Records }: DynamoDBStreamEvent,
): Promise<DynamoDBBatchResponse> {
  const onFault = (what: string | undefined, error: unknown) => {
    observer.metrics.add('faults', 1);
    observer.log('error', 'not told', { what, fault: faultText(error) });
  };
  const heads = changedHeads(Records, ({ eventID }, error) => onFault(eventID, error));
  for (const head of heads) {
    await tellOfHeads([head]).catch((error: unknown) => onFault(head.chain, error));
  }
  return { batchItemFailures: [] };
}

function nameOf(event: NotifierEvent): string | undefined {
  return 'Records' in event ? event.Records[0]?.eventID : event.requestContext.requestId;
}
