import type { IncomingMessage } from 'node:http';
import { joinBytes } from '#protocol/primitives/bytes.ts';

/** Bytes that all requests together may hold before they are handed on. */
export interface BodyBudget {
  readonly bytesMax: number;
  used: number;
}

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large'; readonly found: string }
  /** Others' bodies leave no room. */
  | { readonly kind: 'no-room' }
  /** The sender went away. */
  | { readonly kind: 'broken' };

const nothing = new Uint8Array(0);

/** Collects a request's body, as long as it stays within `bytesMax` and the budget. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  budget: BodyBudget,
): Promise<Body> {
  const declared = declaredLength(request);
  if (declared === 0) return Promise.resolve({ kind: 'whole', bytes: nothing });
  if (declared !== undefined && declared > bytesMax) {
    return Promise.resolve({ kind: 'too-large', found: `${declared} bytes` });
  }
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const end = (body: Body) => {
      budget.used -= length;
      length = 0;
      request.removeListener('data', take);
      resolve(body);
    };
    const take = (chunk: Uint8Array) => {
      length += chunk.length;
      budget.used += chunk.length;
      chunks.push(chunk);
      if (length > bytesMax) end({ kind: 'too-large', found: `more than ${bytesMax} bytes` });
      else if (budget.used > budget.bytesMax) end({ kind: 'no-room' });
    };
    request.on('data', take);
    request.once('end', () => end({ kind: 'whole', bytes: joinBytes(chunks) }));
    request.once('close', () => end({ kind: 'broken' }));
    request.once('error', () => end({ kind: 'broken' }));
  });
}

/** The body's length where the head says it: undefined if it comes in pieces. */
function declaredLength({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}
