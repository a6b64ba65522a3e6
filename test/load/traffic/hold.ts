import { setTimeout as sleep } from 'node:timers/promises';
import { httpValidator } from '#adapters/http/client.ts';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type LoadEvents, measured } from './samples.ts';

const subscribeMsMax = 15_000;

/** Streams hints of these chains from a validator for a while, over a connection of its own. */
export async function holdStream(
  events: LoadEvents,
  { url, name, publicKey }: HttpValidator,
  { chains, ms }: { readonly chains: readonly ChainId[]; readonly ms: number },
): Promise<void> {
  const node = httpValidator({ url, name, publicKey, connections: 1 });
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const start = performance.now();
  const subscription = node.subscribe(new Set(chains), {
    onNotification: () => events.emit('counter', 'hints', 1),
    onReset: resolve,
  });
  try {
    await within(begun);
    measured(events, 'subscribe_ms', performance.now() - start);
    await sleep(ms);
  } finally {
    subscription.close();
    await node.close();
  }
}

/** The same over the WebSocket that a gateway has in place of streams. */
export async function holdSocket(
  events: LoadEvents,
  url: string,
  { chains, ms }: { readonly chains: readonly ChainId[]; readonly ms: number },
): Promise<void> {
  const start = performance.now();
  const socket = new WebSocket(url);
  const { promise: begun, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener('open', () => socket.send(JSON.stringify({ kind: 'subscribe', chains })));
  socket.addEventListener('error', () => reject(new Error('socket-failed')));
  socket.addEventListener('message', ({ data }) => {
    const { event } = JSON.parse(String(data)) as { readonly event: string };
    if (event === 'refused') reject(new Error('subscription-refused'));
    else if (event === 'reset' || event === 'subscribed') resolve();
    else events.emit('counter', 'hints', 1);
  });
  try {
    await within(begun);
    measured(events, 'subscribe_ms', performance.now() - start);
    await sleep(ms);
  } finally {
    socket.close();
  }
}

async function within(begun: Promise<void>): Promise<void> {
  const late = AbortSignal.timeout(subscribeMsMax);
  const { promise, reject } = Promise.withResolvers<never>();
  late.addEventListener('abort', () => reject(new Error('not-subscribed')), { once: true });
  await Promise.race([begun, promise]);
}
