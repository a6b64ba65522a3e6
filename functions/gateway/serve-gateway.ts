import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiContext } from '#api/context.ts';
import { handleApi } from '#api/handle-api.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import {
  correlationHeader,
  type Format,
  formatFor,
  refusalHeader,
  type WireReply,
  type WireRequest,
} from '#wire/exchange.ts';
import { refusalReply } from '#wire/replies.ts';
import { matchRoute, type RouteName } from '#wire/routes.ts';
import type { Handler } from '../built-once.ts';
import { correlationOf } from '../observe/correlation.ts';
import { observed } from '../observe/observed.ts';
import type { Observer } from '../observe/observer.ts';
import { type GatewayEvent, type GatewayRequest, gatewayRequest } from './gateway-request.ts';
import { requestFromEvent } from './request-from-event.ts';
import { resultFromReply } from './result-from-reply.ts';

type Reply = APIGatewayProxyStructuredResultV2;

export interface Served {
  readonly context: ApiContext;
  readonly observer: Observer;
  /** Routes that this function answers; it says of others that it does not. */
  serves(route: RouteName): boolean;
  /** What is left to do when a request is answered, before the reply leaves. */
  beforeReply?(): Promise<void>;
}

const idlePause = duration(20_000n);

/** Answers what API Gateway hands on, through the same API that every validator has. */
export function serveGateway(served: Served): Handler<GatewayEvent, Reply> {
  const { context, observer, serves } = served;

  async function answer(event: GatewayEvent): Promise<Reply> {
    const asked = gatewayRequest(event);
    const format = formatFor(asked.headers.accept);
    const request = requestFromEvent(asked);
    const reply = request.ok
      ? await replyTo(request.value, format)
      : refusalReply(format, request.error);
    await untilIdle(context);
    await served.beforeReply?.();
    tell(observer, asked, reply);
    return resultFromReply(reply, format);
  }

  async function replyTo(request: WireRequest, format: Format): Promise<WireReply> {
    const matched = matchRoute(request.method, request.target);
    const route = matched.ok ? matched.value.route : undefined;
    if (!route || (serves(route.name) && !route.isStream)) return await handleApi(context, request);
    const expected = route.isStream ? 'a subscription over WebSocket' : 'a route of this function';
    const refusal = { kind: 'not-supported', remedy: 'fix', found: route.path, expected } as const;
    return refusalReply(format, refusal);
  }

  return middy<GatewayEvent, Reply>({ timeoutEarlyInMillis: 0 })
    .use(observed(observer, (event: GatewayEvent) => nameOf(gatewayRequest(event))))
    .handler(answer) as Handler<GatewayEvent, Reply>;
}

/** Nothing runs on when the reply is out: the environment may be frozen for hours then. */
async function untilIdle({ admission, clock }: ApiContext): Promise<void> {
  while (admission.inFlight() > 0) await clock.sleep(idlePause);
}

function nameOf({ headers, body, id }: GatewayRequest): string {
  return correlationOf(headers[correlationHeader], body) ?? id;
}

function tell({ log }: Observer, { id, path }: GatewayRequest, reply: WireReply): void {
  log(reply.status >= 500 ? 'warn' : 'info', 'answered', {
    request: id,
    path,
    status: reply.status,
    refusal: reply.headers[refusalHeader],
  });
}
