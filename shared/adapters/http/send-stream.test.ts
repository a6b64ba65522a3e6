import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { WireStream } from '#wire/exchange.ts';
import { httpServer } from './server.ts';

/** A server whose every reply goes on with `next`; counts pieces, and says when one was closed. */
async function streaming(next: () => Promise<string | undefined>, drainMs: number) {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let pieces = 0;
  const stream: WireStream = {
    next: () => {
      pieces++;
      return next();
    },
    close: resolve,
  };
  const server = httpServer(
    () => Promise.resolve({ status: 200, headers: {}, body: 'begins ', stream }),
    { drainMs, closeGraceMs: 500 },
  );
  const { port, url } = await server.listen({ port: 0, host: '127.0.0.1' });
  return { server, port, url, closed, pieces: () => pieces };
}

test('a reader that takes nothing is cut off, and costs no more than its buffers', async () => {
  const { server, port, closed, pieces } = await streaming(
    () => Promise.resolve('x'.repeat(100_000)),
    100,
  );
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  socket.pause();
  await closed;
  assert.ok(pieces() < 1_000);
  socket.destroy();
  await server.close();
});

test('a reader that takes all gets all, and then the end', async () => {
  let left = 50;
  const { server, url, closed } = await streaming(
    () => Promise.resolve(left-- > 0 ? 'x'.repeat(100_000) : undefined),
    5_000,
  );
  const text = await (await fetch(`${url}/health`)).text();
  assert.equal(text.length, 'begins '.length + 5_000_000);
  await closed;
  await server.close();
});

test('a reader that goes away ends what it read', async () => {
  const { server, port, closed } = await streaming(() => new Promise(() => undefined), 5_000);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  await closed;
  await server.close();
});
