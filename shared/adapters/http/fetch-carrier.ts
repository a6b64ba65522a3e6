import { UnreachableFault } from '#ports/validator-node.ts';
import { joinBytes } from '#protocol/primitives/bytes.ts';
import type { Carrier, Received, Sent } from './carrier.ts';

/** Carries requests by the platform's own `fetch`: where a request is rare and code is paid for. */
export function fetchCarrier(url: string): Carrier {
  return {
    async send(sent) {
      try {
        return await exchange(url, sent);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        throw new UnreachableFault(`${url}: ${text}`, { cause: error });
      }
    },
    close: () => Promise.resolve(),
  };
}

async function exchange(url: string, sent: Sent): Promise<Received> {
  const { method, path, headers, body, deadlineMs, bytesMax } = sent;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    body: body ? Uint8Array.from(body) : null,
    signal: AbortSignal.timeout(deadlineMs),
    redirect: 'manual',
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) throw new Error(`a reply of more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: joinBytes(chunks),
  };
}
