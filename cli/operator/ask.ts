import { lookup as systemLookup } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface Question {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
  readonly ms: number;
}

/** Asks one validator; it throws if there is no whole answer in time. */
export type Ask = (path: string, question?: Question) => Promise<Answer>;

const deadlineMs = 30_000;
const bodyBytesMax = 16_777_216;

/** Names below `localhost` are this machine. Source: RFC 6761 section 6.3; not all systems agree. */
const lookup: LookupFunction = (name, options, callback) =>
  name.endsWith('.localhost')
    ? systemLookup('127.0.0.1', options, callback)
    : systemLookup(name, options, callback);

/** Asks whatever answers at this address, each time over a connection of its own. */
export function askAt(url: string): Ask {
  const send = url.startsWith('https:') ? secureRequest : plainRequest;
  return (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const signal = AbortSignal.timeout(deadlineMs);
      const length = body && { 'content-length': `${body.length}` };
      const options = { method, signal, lookup, agent: false, headers: { ...headers, ...length } };
      const request = send(`${url}${path}`, options, (reply) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        reply.on('data', (part: Buffer) => {
          parts.push(part);
          bytes += part.length;
          if (bytes > bodyBytesMax) request.destroy(new Error('too long an answer'));
        });
        reply.on('error', reject);
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            headers: reply.headers,
            body: Uint8Array.from(Buffer.concat(parts)),
            ms: performance.now() - start,
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
}
