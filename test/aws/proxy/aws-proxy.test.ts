import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoClient } from '#adapters/dynamodb/table-calls.ts';
import { closeServer, listenAt } from '#adapters/http/open-close.ts';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { linkMaker, signedCall } from '#adapters/sigv4/signed-call.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { startAwsProxy } from './aws-proxy.ts';
import { type Fault, seededFaults } from './seeded-faults.ts';

const credentials = { accessKeyId: 'worker', secretAccessKey: 'secret' };
const region = 'us-east-1';

/** A service that grants everything and knows no object, behind a proxy; and how often it was asked. */
async function opened() {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    request.resume();
    response.writeHead(request.method === 'GET' ? 404 : 200).end('{}');
  });
  const { url } = await listenAt(server, { port: 0, host: '127.0.0.1' });
  const proxy = await startAwsProxy({ target: () => url });
  const client = dynamoClient({ endpoint: proxy.url, region, credentials });
  const close = async () => {
    client.destroy();
    await proxy.close();
    await closeServer(server, 100);
  };
  return { proxy, client, asked: () => asked, close };
}

const put = new PutItemCommand({ TableName: 'heads', Item: { chain: { S: 'a' } } });
const get = new GetItemCommand({ TableName: 'data', Key: { pk: { S: 'a' } } });

test('each call is recorded with who made it and what it used', async () => {
  const { proxy, client, close } = await opened();
  await client.send(put);
  await client.send(get).catch(() => undefined);
  const keys = () => Promise.resolve(credentials);
  const call = signedCall({ service: 's3', region, credentials: keys, clock: systemClock });
  const objects = s3Objects({ call, bucketUrl: `${proxy.url}/bucket`, prefix: 'blobs/' });
  assert.equal(await objects.load('a'), undefined);
  const link = linkMaker({ service: 's3', region, credentials: keys, clock: systemClock });
  const wanted = {
    method: 'PUT',
    url: `${proxy.url}/bucket/b`,
    headers: {},
    secondsMax: 9,
  } as const;
  await fetch(await link(wanted), { method: 'PUT', body: 'b' });
  assert.deepEqual(
    proxy.calls().map(({ caller, uses }) => [caller, ...uses.map((use) => Object.values(use))]),
    [
      ['worker', ['dynamodb:PutItem', 'arn:aws:dynamodb:us-east-1:000000000000:table/heads']],
      ['worker', ['dynamodb:GetItem', 'arn:aws:dynamodb:us-east-1:000000000000:table/data']],
      [
        'worker',
        ['s3:GetObject', 'arn:aws:s3:::bucket/blobs/a'],
        ['s3:ListBucket', 'arn:aws:s3:::bucket'],
      ],
      ['worker', ['s3:PutObject', 'arn:aws:s3:::bucket/b']],
    ],
  );
  await close();
});

for (const [fault, name, times] of [
  ['throttled', /Exception$/, 0],
  ['refused by the server', /^InternalServerError$/, 0],
  ['lost', /Error$/, 0],
  ['done and lost', /Error$/, 1],
  ['late', /Error$/, 1],
] as const) {
  test(`a call that is ${fault} fails, and was done as often as that says`, async () => {
    const { proxy, client, asked, close } = await opened();
    const plan = seededFaults({ seed: 1, rate: 1, mayBeLate: () => true });
    proxy.spoil({
      ...plan,
      faultFor: (call) => ({ ...plan.faultFor(call)!, fault: fault satisfies Fault }),
    });
    await assert.rejects(client.send(put), { name });
    await proxy.settled();
    assert.equal(asked(), times);
    await close();
  });
}
