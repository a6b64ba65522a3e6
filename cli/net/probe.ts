import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import * as z from 'zod/mini';
import type { Address, NetworkNotes } from '../network-files.ts';

const healthSchema = z.object({ status: z.string(), network: z.string(), validator: z.string() });
const probeMs = 1_000;
const bodyBytesMax = 65_536;

/** What answers at a validator's address. */
export type Health =
  | { readonly kind: 'up' }
  /** It answers, and says why it cannot vote. */
  | { readonly kind: 'ailing'; readonly status: string }
  | { readonly kind: 'other'; readonly found: string }
  | { readonly kind: 'down'; readonly reason: string };

/** Asks the validator that should answer at `address`. */
export async function probe(address: Address, notes: NetworkNotes): Promise<Health> {
  const text = await fetchText(`${address.url}/health`);
  if (!text.ok) return { kind: 'down', reason: text.reason };
  const health = parseHealth(text.body);
  if (health === undefined) return { kind: 'other', found: 'no validator' };
  const { network, validator, status } = health;
  if (network !== notes.genesis || validator !== address.name) {
    return { kind: 'other', found: `${validator} of network ${network}` };
  }
  return status === 'ok' ? { kind: 'up' } : { kind: 'ailing', status };
}

type Fetched =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly reason: string };

/** What a GET answers, whatever its status, as text. */
export function fetchText(url: string): Promise<Fetched> {
  return new Promise((resolve) => {
    const headers = { accept: 'application/json' };
    const get = url.startsWith('https:') ? getSecure : getPlain;
    const request = get(url, { headers, timeout: probeMs, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
        if (body.length > bodyBytesMax) request.destroy(new Error('too long an answer'));
      });
      response.on('end', () => resolve({ ok: true, body }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${probeMs} ms`)));
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ ok: false, reason: error.code ?? error.message }),
    );
  });
}

function parseHealth(body: string): z.infer<typeof healthSchema> | undefined {
  try {
    const parsed = healthSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** How a validator is, for people. */
export function healthText(health: Health): string {
  switch (health.kind) {
    case 'up':
      return 'up';
    case 'ailing':
      return `answers, but does not vote: ${health.status}`;
    case 'other':
      return `not it: ${health.found} answers there`;
    case 'down':
      return `down (${health.reason})`;
  }
}
