import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { WebAnswer, WebRequest } from '#ports/web-call.ts';
import { joinBytes } from '#protocol/primitives/bytes.ts';

const kept = { keepAlive: true, maxSockets: 32 };
const agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };
/** No service answers with more than it was given. */
const answerBytesMax = 16_000_000;

/** Sends one request, just with these headers, and takes the whole answer within the deadline. */
export function exchange(asked: WebRequest, deadlineMs: number): Promise<WebAnswer> {
  const { method, url, headers, body } = asked;
  const [request, agent] = url.startsWith('https:')
    ? [httpsRequest, agents.https]
    : [httpRequest, agents.http];
  const signal = AbortSignal.timeout(deadlineMs);
  const length = { 'content-length': `${body.length}` };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers, ...length }, agent, signal });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      collect(answer).then(resolve, reject);
    });
    sent.end(body);
  });
}

async function collect(answer: IncomingMessage): Promise<WebAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > answerBytesMax) throw new Error(`an answer of more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.statusCode ?? 0, headers, body: joinBytes(chunks) };
}
