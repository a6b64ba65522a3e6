import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import { testClock } from '#test/support/committee.ts';
import { rawServer } from '#test/support/raw-server.ts';
import { signedCall } from './signed-call.ts';

const answer = (status: string) => `HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\nok`;

/** What comes of a call whose service answers with these, one by one, then hangs. */
async function called(answers: readonly string[], deadlineMs = 200) {
  const heard: string[] = [];
  const left = [...answers];
  const server = await rawServer((socket, text) => {
    heard.push(text);
    const next = left.shift();
    if (next === 'cut') socket.destroy();
    else if (next !== undefined) socket.end(next);
  });
  const call = signedCall({
    service: 'ssm',
    region: 'eu-west-1',
    credentials: () => Promise.resolve({ accessKeyId: 'id', secretAccessKey: 'secret' }),
    clock: testClock(),
    deadlineMs,
  });
  try {
    const request = { method: 'POST', url: `${server.url}/x`, headers: {} } as const;
    const { status } = await call({ ...request, body: Uint8Array.of(123, 125) });
    return { status, heard };
  } finally {
    await server.close();
  }
}

test('a request is sent with its signature and its body', async () => {
  const { status, heard } = await called([answer('200 OK')]);
  assert.equal(status, 200);
  assert.match(heard[0] ?? '', /authorization: AWS4-HMAC-SHA256 Credential=id\/20\d{6}\/eu-west-1/);
  assert.match(heard.join(''), /\{\}$/);
});

test('what may pass is tried again a few times, and then told as it is', async () => {
  const busy = answer('503 Slow Down');
  assert.equal((await called([busy, 'cut', answer('200 OK')])).status, 200);
  assert.equal((await called([busy, busy, busy])).status, 503);
  assert.equal((await called([answer('400 Bad Request'), answer('200 OK')])).status, 400);
});

test('a service that gives no answer in time is a fault', async () => {
  await assert.rejects(called(['cut', 'cut', 'cut']), StoreFault);
  await assert.rejects(called([], 30), StoreFault);
});

test('a request that is throttled is tried again, whatever its status', async () => {
  const text = '{"__type":"com.amazonaws#ThrottlingException"}';
  const throttled = `HTTP/1.1 400 Bad Request\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
  assert.equal((await called([throttled, throttled, answer('200 OK')])).status, 200);
  assert.equal((await called([throttled, throttled, throttled])).status, 400);
});
