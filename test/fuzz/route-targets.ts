import { memoryListeners } from '#adapters/memory/listeners.ts';
import { handleApi } from '#api/handle-api.ts';
import { serveGateway } from '#functions/gateway/serve-gateway.ts';
import { answerSocket } from '#functions/notifier/answer-socket.ts';
import { newObserver } from '#functions/observe/observer.ts';
import { chainReplyCodec, refusalCodec } from '#protocol/chain/requests.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import {
  refusalHeader,
  refusalMediaType,
  type WireReply,
  type WireRequest,
} from '#wire/exchange.ts';
import { matchRoute } from '#wire/routes.ts';
import { pingText, subscribeText } from '#wire/socket-messages.ts';
import type { Random } from '../simulation/random.ts';
import { testClock } from '../support/committee.ts';
import { gatewayEvent, lambdaContext, restEvent, socketEvent } from '../support/lambda-events.ts';
import { chainNamed } from '../support/store-values.ts';
import { mutateRequest } from './mutate-request.ts';
import { mutateText } from './mutate-text.ts';
import { newStage, type Stage, stageRequests } from './stage.ts';
import { type AnyTarget, anyTarget, type Judged } from './target.ts';

/** Of decoders one input in so many: whole requests take long. */
const routeShare = 0.5;

/** A target for everything that hands requests to a validator but HTTP itself. */
export async function routeTargets(): Promise<readonly AnyTarget[]> {
  const seeds = await stageRequests();
  return [apiTarget(seeds), gatewayTarget(seeds), socketTarget()];
}

export function showRequest({ method, target, headers, body }: WireRequest): string {
  return JSON.stringify({ method, target, headers, body: hexFromBytes(body) });
}

function apiTarget(seeds: readonly WireRequest[]): AnyTarget {
  let stage: Stage | undefined;
  return anyTarget({
    name: 'handleApi',
    seeds,
    share: routeShare,
    mutate: mutateRequest,
    show: showRequest,
    async reset() {
      stage = await newStage();
    },
    async judge(request: WireRequest) {
      stage ??= await newStage();
      const reply = await handleApi(stage.context, request);
      reply.stream?.close();
      return judgeReply(stage, request, reply);
    },
  });
}

/** A refusal is a coded one, changes nothing, and is never the fault of the validator. */
function judgeReply(stage: Stage, request: WireRequest, reply: WireReply): Judged {
  const { status, headers, body } = reply;
  const isChanged = stage.isChanged();
  const [fault] = stage.faults.splice(0);
  if (fault !== undefined) throw fault;
  if (status >= 500) throw new Error(`status ${status}, ${headers[refusalHeader]}`);
  const route = matchRoute(request.method, request.target);
  const name = route.ok ? route.value.route.name : 'none';
  const kind = headers[refusalHeader];
  if (status < 400) return { kind: 'accepted', feature: `${name} ${status}` };
  if (kind === undefined) throw new Error(`status ${status} without a code`);
  if (isChanged && !mayStore(reply)) throw new Error(`${kind} of ${name} changed what is stored`);
  if (headers['content-type'] === refusalMediaType && body instanceof Uint8Array) {
    if (!decode(refusalCodec, body).ok) throw new Error('a refusal that nobody can read');
  }
  return { kind: 'refused', feature: `${name} ${kind}` };
}

/** A proposal that needs a blob is waited for, and the block before it stays confirmed. */
function mayStore({ headers, body }: WireReply): boolean {
  if (headers[refusalHeader] === 'missing-blobs') return true;
  const reply = body instanceof Uint8Array ? decode(chainReplyCodec, body) : undefined;
  if (reply?.ok) return reply.value.previous?.kind === 'accepted';
  return typeof body === 'string' && /"previous": \{\s*"kind": "accepted"/.test(body);
}

interface GatewayInput {
  readonly request: WireRequest;
  /** What API Gateway says of the body's encoding, whatever it is. */
  readonly said: 'as it is' | 'text' | 'base64';
  /** The kind of API that it came through. */
  readonly api: 'HTTP' | 'REST';
}

function gatewayTarget(seeds: readonly WireRequest[]): AnyTarget {
  let stage: Stage | undefined;
  const observer = newObserver({
    validator: 'fuzzed',
    functionName: 'fuzz',
    write: () => undefined,
  });
  const said = ['as it is', 'as it is', 'as it is', 'text', 'base64'] as const;
  return anyTarget({
    name: 'serveGateway',
    seeds: seeds.map((request, index): GatewayInput => {
      return { request, said: 'as it is', api: index % 3 === 0 ? 'REST' : 'HTTP' };
    }),
    share: routeShare,
    mutate: (random: Random, pool: readonly GatewayInput[]): GatewayInput => ({
      request: mutateRequest(
        random,
        [random.pick(pool), random.pick(pool)].map(({ request }) => request),
      ),
      said: random.pick(said),
      api: random.pick(['HTTP', 'REST'] as const),
    }),
    show: ({ request, said, api }) => `${api} ${said} ${showRequest(request)}`,
    async reset() {
      stage = await newStage();
    },
    async judge({ request, said, api }: GatewayInput) {
      stage ??= await newStage();
      const handler = serveGateway({ context: stage.context, observer, serves: () => true });
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const event = gatewayEvent({
        method: request.method,
        path: request.target,
        headers,
        ...(request.body.length > 0 && { body: request.body }),
      });
      const encoded = said === 'as it is' ? event.isBase64Encoded : said === 'base64';
      const sent = { ...event, isBase64Encoded: encoded };
      const result = await handler(api === 'REST' ? restEvent(sent) : sent, lambdaContext());
      const encoding = result.isBase64Encoded ? 'base64' : 'utf8';
      const bytes = Buffer.from(result.body ?? '', encoding);
      const reply = {
        status: result.statusCode ?? 500,
        headers: result.headers as Record<string, string>,
        body: result.isBase64Encoded ? Uint8Array.from(bytes) : bytes.toString(),
      };
      return judgeReply(stage, request, reply);
    },
  });
}

function socketTarget(): AnyTarget {
  const clock = testClock();
  const parts = { clock, listeners: memoryListeners(clock) };
  const chain = chainNamed('fuzzed');
  return anyTarget({
    name: 'answerSocket',
    seeds: [pingText, subscribeText([chain], undefined), subscribeText([chain], '1800000000')],
    mutate: (random: Random, pool: readonly string[]) =>
      mutateText(random, random.pick(pool), random.pick(pool)),
    show: (text: string) => JSON.stringify(text),
    async judge(text: string): Promise<Judged> {
      const reply = await answerSocket(parts, socketEvent('a-connection', 'MESSAGE', text));
      const event = JSON.parse(reply.body ?? '{}').event;
      if (reply.statusCode !== 200 || event === undefined) throw new Error(JSON.stringify(reply));
      return { kind: event === 'refused' ? 'refused' : 'accepted', feature: event };
    },
  });
}
