import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import type { WebRequest } from '#ports/web-call.ts';
import { postToConnection } from './post-to-connection.ts';

/** What comes of a push that the API answers with `status`. */
async function pushed(status: number, connection = 'L0SM9cOFvHcCIhw=') {
  const sent: WebRequest[] = [];
  const push = postToConnection({
    endpoint: 'https://abcdefghij.execute-api.eu-west-1.amazonaws.com/v1',
    call: (request) => {
      sent.push(request);
      return Promise.resolve({ status, headers: {}, body: new Uint8Array(0) });
    },
  });
  return { answer: await push(connection, '{}'), sent };
}

test('text goes to the connection by its name', async () => {
  const { answer, sent } = await pushed(200);
  assert.equal(answer, 'sent');
  assert.equal(
    sent[0]?.url,
    'https://abcdefghij.execute-api.eu-west-1.amazonaws.com/v1/@connections/L0SM9cOFvHcCIhw%3D',
  );
});

test('a connection that is gone, or never was one, is told apart from a fault', async () => {
  assert.equal((await pushed(410)).answer, 'gone');
  const odd = await pushed(200, '../../x');
  assert.equal(odd.answer, 'gone');
  assert.deepEqual(odd.sent, []);
  await assert.rejects(pushed(403), StoreFault);
  await assert.rejects(pushed(500), StoreFault);
});
