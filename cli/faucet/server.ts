import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, linger, listenAt } from '#adapters/http/open-close.ts';
import { type BodyBudget, readBody } from '#adapters/http/read-body.ts';
import { answerFaucet, claimBytesMax, type FaucetParts, type FaucetReply } from './answer.ts';

export interface FaucetServer {
  /** @throws the system's error if the address cannot be had. */
  listen(address: { readonly port: number; readonly host: string }): Promise<string>;
  /** Takes no more connections, and ends when what it has taken is answered. */
  close(): Promise<void>;
}

const limits = {
  maxHeaderSize: 8_192,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
} as const;
const connectionsMax = 1_024;
/** How long what was taken may take to be answered once it closes. */
const closeGraceMs = 15_000;
const lingerMs = 500;

/** Serves the faucet over HTTP/1.1. */
export function faucetServer(parts: FaucetParts, onFault: (error: unknown) => void): FaucetServer {
  const budget: BodyBudget = { bytesMax: 1_000_000, used: 0 };
  const server = createServer(limits, (request, response) => {
    serve(parts, budget, request, response).catch((error) => {
      onFault(error);
      response.destroy();
    });
  });
  server.maxConnections = connectionsMax;
  return {
    listen: async (address) => (await listenAt(server, address)).url,
    close: () => closeServer(server, closeGraceMs),
  };
}

async function serve(
  parts: FaucetParts,
  budget: BodyBudget,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, claimBytesMax, budget);
  if (body.kind === 'broken') return;
  if (body.kind !== 'whole') {
    const status = body.kind === 'too-large' ? 413 : 503;
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    send(request, response, { status, headers, body: 'too many bytes\n' });
    linger(request, lingerMs);
    return;
  }
  const { headers, socket } = request;
  const reply = await answerFaucet(parts, {
    method: request.method ?? '',
    target: request.url ?? '',
    contentType: headers['content-type'] ?? '',
    accept: headers.accept ?? '',
    address: socket.remoteAddress ?? '',
    body: body.bytes,
  });
  send(request, response, reply);
}

function send(request: IncomingMessage, response: ServerResponse, reply: FaucetReply): void {
  if (response.destroyed) return;
  const { status, headers, body } = reply;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { ...headers, 'content-length': length, connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : body);
}
