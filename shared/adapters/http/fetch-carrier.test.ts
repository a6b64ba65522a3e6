import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnreachableFault } from '#ports/validator-node.ts';
import { rawServer } from '#test/support/raw-server.ts';
import { fetchCarrier } from './fetch-carrier.ts';

const sent = { method: 'POST', path: '/x', headers: {}, deadlineMs: 300, bytesMax: 8 } as const;

async function carried(reply: string) {
  const server = await rawServer((socket) => socket.end(reply));
  try {
    return await fetchCarrier(server.url).send({ ...sent, body: Uint8Array.of(1, 2) });
  } finally {
    await server.close();
  }
}

test('what comes back is the status, the headers and the bytes', async () => {
  const { status, headers, body } = await carried(
    'HTTP/1.1 422 No\r\nWeft-Refusal: busy\r\ncontent-length: 3\r\n\r\nabc',
  );
  assert.equal(status, 422);
  assert.equal(headers['weft-refusal'], 'busy');
  assert.deepEqual(body, Uint8Array.of(97, 98, 99));
});

test('a reply that is too long, cut short or late is no reply', async () => {
  const replies = [
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789',
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123',
    'HTTP/1.1 307 Elsewhere',
  ];
  for (const reply of replies) await assert.rejects(carried(reply), UnreachableFault);
  const server = await rawServer(() => undefined);
  await assert.rejects(fetchCarrier(server.url).send(sent), UnreachableFault);
  await server.close();
});
