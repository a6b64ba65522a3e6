import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { closeServer, listenAt } from '#adapters/http/open-close.ts';
import type { GatewayHandler } from '#test/support/gateway-node.ts';
import { gatewayEvent, lambdaContext } from '#test/support/lambda-events.ts';

/** A function behind an HTTP API of its own, on this machine. */
export interface ServedFunction {
  readonly url: string;
  close(): Promise<void>;
}

const closeGraceMs = 1_000;
/** What the gateway says of a function that fails. */
const failed: APIGatewayProxyStructuredResultV2 = {
  statusCode: 500,
  headers: { 'content-type': 'application/json' },
  body: '{"message":"Internal Server Error"}',
};

/** Serves a function as API Gateway does; `handler` is asked for with each request. */
export async function serveFunction(handler: () => GatewayHandler): Promise<ServedFunction> {
  const server = createServer((asked, answer) => {
    carry(handler(), asked, answer).catch(() => answer.destroy());
  });
  const { url } = await listenAt(server, { port: 0, host: '127.0.0.1' });
  return { url, close: () => closeServer(server, closeGraceMs) };
}

async function carry(
  handler: GatewayHandler,
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/' } = asked;
  const sent = await buffer(asked);
  const headers = Object.entries(asked.headers).map(([name, value]) => [name, String(value)]);
  const event = gatewayEvent({
    method,
    path,
    headers: Object.fromEntries(headers),
    body: sent.length > 0 ? Uint8Array.from(sent) : undefined,
  });
  const result = await handler(event, lambdaContext()).catch(() => failed);
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  const told = result.headers as Record<string, string>;
  answer.writeHead(result.statusCode ?? 502, { ...told, 'content-length': body.length });
  answer.end(body);
}
