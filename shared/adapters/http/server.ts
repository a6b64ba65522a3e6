import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Refusal } from '#protocol/chain/requests.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { formatFor, type WireReply, type WireRequest, type WireStream } from '#wire/exchange.ts';
import { busyRefusal, refusalFromWire } from '#wire/rejections.ts';
import { refusalReply } from '#wire/replies.ts';
import { matchRoute } from '#wire/routes.ts';
import { closeServer, type Listening, linger, listenAt } from './open-close.ts';
import { type Body, type BodyBudget, readBody } from './read-body.ts';
import { drainMsDefault, sendStream } from './send-stream.ts';

export interface HttpServerOptions {
  /** Milliseconds until the head of a request must be there, and until all of it must be. */
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** How often those two are looked at. */
  readonly checkEveryMs?: number;
  /** Bytes of bodies that are not handed on yet, over all connections. */
  readonly bodiesBytesMax?: number;
  /** How long requests may take to end once the server closes. */
  readonly closeGraceMs?: number;
  /** How long a refused sender may go on sending, so that it sees the refusal. */
  readonly lingerMs?: number;
  /** How long the reader of a stream may take nothing. */
  readonly drainMs?: number;
}

export interface HttpServer {
  /** @throws the system's error if the address cannot be had. */
  listen(address: { readonly port: number; readonly host: string }): Promise<Listening>;
  /** Takes no more connections, answers what it has taken, then ends. */
  close(): Promise<void>;
}

const headBytesMax = 16_384;
const connectionsMax = 4_096;
const keepAliveMs = 65_000;

/** Serves `answer` over HTTP/1.1; it is handed whole requests of a bounded size only. */
export function httpServer(
  answer: (request: WireRequest) => Promise<WireReply>,
  options: HttpServerOptions = {},
): HttpServer {
  const { closeGraceMs = 5_000, lingerMs = 500, drainMs = drainMsDefault } = options;
  const budget: BodyBudget = { bytesMax: options.bodiesBytesMax ?? 64_000_000, used: 0 };
  const server = createServer({
    maxHeaderSize: headBytesMax,
    headersTimeout: options.headersTimeoutMs ?? 5_000,
    requestTimeout: options.requestTimeoutMs ?? 15_000,
    connectionsCheckingInterval: options.checkEveryMs ?? 1_000,
    keepAliveTimeout: keepAliveMs,
    noDelay: true,
  });
  server.maxConnections = connectionsMax;
  const streams = new Set<WireStream>();
  const isClosing = () => !server.listening;
  const serving: Serving = { answer, budget, lingerMs, drainMs, streams, isClosing };
  const serve = (request: IncomingMessage, response: ServerResponse, isAsked: boolean) => {
    respond({ request, response, isAsked }, serving).catch(() => response.destroy());
  };
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  return {
    listen: (address) => listenAt(server, address),
    close() {
      // They would go on for as long as their readers stay.
      for (const stream of streams) stream.close();
      return closeServer(server, closeGraceMs);
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether the sender waits for leave to send its body. */
  readonly isAsked: boolean;
}

interface Serving {
  readonly answer: (request: WireRequest) => Promise<WireReply>;
  readonly budget: BodyBudget;
  readonly lingerMs: number;
  readonly drainMs: number;
  /** Those that are under way. */
  readonly streams: Set<WireStream>;
  readonly isClosing: () => boolean;
}

async function respond({ request, response, isAsked }: Exchange, serving: Serving): Promise<void> {
  const { answer, budget, lingerMs } = serving;
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const target = request.url ?? '';
  const { headers } = request;
  const route = matchRoute(method, target);
  const bytesMax = route.ok ? route.value.route.bodyBytesMax : 0;
  if (isAsked && Number(headers['content-length'] ?? 0) <= bytesMax) response.writeContinue();
  const body = await readBody(request, bytesMax, budget);
  if (body.kind === 'broken') return;
  if (body.kind === 'whole') {
    const reply = await answer({ method, target, headers, body: body.bytes });
    const carried = serving.isClosing() ? closing(reply) : reply;
    if (!reply.stream) send(response, carried);
    else await sendOn(request, response, { ...serving, reply: carried, stream: reply.stream });
    return;
  }
  const reply = route.ok
    ? refusalReply(formatFor(headers.accept), refusalOf(body, bytesMax))
    : await answer({ method, target, headers, body: new Uint8Array(0) });
  send(response, closing(reply));
  linger(request, lingerMs);
}

function refusalOf(body: Exclude<Body, { kind: 'whole' | 'broken' }>, bytesMax: number): Refusal {
  if (body.kind === 'no-room') return busyRefusal('too many bytes at once', 'fewer');
  const expected = `at most ${bytesMax} bytes`;
  return refusalFromWire(refuse('body-too-large', body.found, expected).error);
}

function send(response: ServerResponse, { status, headers, body }: WireReply): void {
  if (response.destroyed) return;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { ...headers, 'content-length': length });
  response.end(body);
}

interface Streaming extends Serving {
  readonly reply: WireReply;
  readonly stream: WireStream;
}

/** Sends what a reply begins with, and what follows. */
async function sendOn(
  request: IncomingMessage,
  response: ServerResponse,
  { reply, stream, streams, drainMs, isClosing }: Streaming,
): Promise<void> {
  const { status, headers, body } = closing(reply);
  if (response.destroyed || isClosing() || request.method === 'HEAD') stream.close();
  if (response.destroyed) return;
  streams.add(stream);
  response.writeHead(status, headers);
  response.write(body);
  try {
    await sendStream(response, stream, drainMs);
  } finally {
    streams.delete(stream);
  }
}

function closing(reply: WireReply): WireReply {
  return { ...reply, headers: { ...reply.headers, connection: 'close' } };
}
