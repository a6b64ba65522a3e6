import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { hintStreams } from '#adapters/http/hints.ts';
import { serveGateway } from '#functions/gateway/serve-gateway.ts';
import { workerWiring } from '#functions/worker/wiring.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { deployValidator } from '#test/aws/support/deployed-validator.ts';
import {
  askService,
  createFunction,
  createSocketApi,
  invoke,
} from '#test/aws/support/lambda-functions.ts';
import { tablesClient, theEmulator } from '#test/aws/support/target.ts';
import { bundleFunctions } from '#test/support/bundled-functions.ts';
import { chainOf, clientWorld, granted, openClient } from '#test/support/client-world.ts';
import { gatewayNode } from '#test/support/gateway-node.ts';
import { gatewayEvent } from '#test/support/lambda-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-lambda-'));

before(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  await bundleFunctions(folder);
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** A validator alone in its committee, whose functions are about to be deployed. */
async function opened() {
  const world = clientWorld({ count: 1 });
  const { genesis, validatorSeeds } = world.development;
  const [seat] = validatorSeeds;
  assert(seat);
  const deployed = await deployValidator({ genesis, ...seat });
  return { world, deployed, name: seat.name };
}

test('lambda: a deployed worker is healthy, and its reader knows its chains', async () => {
  const { world, deployed } = await opened();
  const worker = await createFunction('worker', join(folder, 'worker'), deployed.env);
  const health = await invoke(worker.name, gatewayEvent({ method: 'GET', path: '/health' }));
  assert.partialDeepStrictEqual(health, { statusCode: 200 });
  const reader = await createFunction('reader', join(folder, 'reader'), deployed.env);
  const path = `/v1/shards/0/chains/${chainOf(world, 'alice')}`;
  const read = await invoke(reader.name, gatewayEvent({ method: 'GET', path }));
  assert.partialDeepStrictEqual(read, { statusCode: 200 });
});

test('lambda: whoever listens over WebSocket hears of a block, by the stream of heads', async () => {
  const { world, deployed } = await opened();
  const { TableDescription: table } = await tablesClient().send(
    new UpdateTableCommand({
      TableName: deployed.tables.heads,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  );
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:notifier';
  const apiId = await createSocketApi('push', { name: 'notifier', arn });
  const port = new URL(theEmulator()).port;
  const url = `http://${apiId}.execute-api.localhost:${port}/v1`;
  const env = { ...deployed.env, WEFT_SOCKET_URL: url };
  const notifier = await createFunction('notifier', join(folder, 'notifier'), env);
  assert.equal(notifier.arn, arn);
  await askService('lambda', 'POST', '/2015-03-31/event-source-mappings/', {
    FunctionName: notifier.name,
    EventSourceArn: table?.LatestStreamArn,
    StartingPosition: 'LATEST',
    BatchSize: 100,
  });
  const heard: string[] = [];
  const handler = serveGateway(await workerWiring(env));
  const node = gatewayNode(handler, world.validators[0]!.node);
  const { socketUrl } = await node.network();
  assert.equal(socketUrl, url.replace('http:', 'ws:'));
  const hints = hintStreams({
    url,
    socketUrl: () => Promise.resolve(socketUrl),
    // The host's name leads to this machine, whatever resolves it elsewhere.
    socket: { lookup: (_, __, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
  });
  hints.subscribe(new Set([chainOf(world, 'alice')]), {
    onNotification: ({ reason }) => heard.push(reason.kind),
    onReset: () => heard.push('reset'),
  });
  await until(() => heard.includes('reset'));
  const alice = await openClient({ ...world, validators: [{ node }] }, ['alice']);
  const to = chainOf(world, 'bob');
  granted(await alice.client.transfer({ from: 'alice', to, amount: amount(1n) }));
  await until(() => heard.includes('new-block'));
  await alice.client.close();
  hints.close();
});

test('lambda: a vote wakes the driver, which finishes what its owner left behind', async () => {
  const { world, deployed } = await opened();
  const env = { ...deployed.env, WEFT_DRIVER: 'driver' };
  await createFunction('driver', join(folder, 'driver'), env);
  const messenger = await createFunction('messenger', join(folder, 'messenger'), env);
  await askService('lambda', 'POST', '/2015-03-31/event-source-mappings/', {
    FunctionName: messenger.name,
    EventSourceArn: `arn:aws:sqs:us-east-1:000000000000:${deployed.queueUrl.split('/').at(-1)}`,
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const node = gatewayNode(serveGateway(await workerWiring(env)), world.validators[0]!.node);
  let votes = 0;
  const watched: ValidatorNode = {
    ...node,
    async handle(request) {
      // The owner goes away once there is a vote to confirm: no certificate ever comes.
      if (request.kind === 'confirmed') throw new UnreachableFault('the owner is gone');
      if (request.kind === 'validated') votes++;
      return await node.handle(request);
    },
  };
  const alice = await openClient({ ...world, validators: [{ node: watched }] }, ['alice']);
  const [chain, to] = [chainOf(world, 'alice'), chainOf(world, 'bob')];
  await alice.client.transfer({ from: 'alice', to, amount: amount(1n) });
  assert.ok(votes > 0);
  const next = async () =>
    granted(await node.info(chain, { ownership: false, pending: false })).next;
  assert.equal(await next(), 0n);
  await until(async () => (await next()) === 1n);
  await alice.client.close();
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, 'it comes to nothing');
    await sleep(50);
  }
}
