import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { headsTable } from '#adapters/dynamodb/chain-tables.ts';
import { sendUpload } from '#adapters/http/send-upload.ts';
import { detourBytesMin, type SendUpload } from '#adapters/http/upload-detour.ts';
import { kmsSigner } from '#adapters/kms/kms-signer.ts';
import { textOfBell } from '#adapters/sqs/bell-record.ts';
import { driverHandler } from '#functions/driver/run-driver.ts';
import { driverWiring } from '#functions/driver/wiring.ts';
import { serveGateway } from '#functions/gateway/serve-gateway.ts';
import { messengerHandler } from '#functions/messenger/deliver-batch.ts';
import { messengerWiring } from '#functions/messenger/wiring.ts';
import { notifierHandler } from '#functions/notifier/notify.ts';
import { notifierWiring } from '#functions/notifier/wiring.ts';
import { readerWiring } from '#functions/reader/wiring.ts';
import { workerWiring } from '#functions/worker/wiring.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { type Deployed, deployValidator } from '#test/aws/support/deployed-validator.ts';
import { createTable } from '#test/aws/support/opened-tables.ts';
import { tablesClient, targetConfig, theEmulator } from '#test/aws/support/target.ts';
import { chainOf, clientWorld, granted, openClient } from '#test/support/client-world.ts';
import { gatewayNode } from '#test/support/gateway-node.ts';
import {
  gatewayEvent,
  lambdaContext,
  queueEvent,
  scheduleEvent,
  socketEvent,
  streamEvent,
} from '#test/support/lambda-events.ts';
import { bytesNamed, height } from '#test/support/store-values.ts';
import { chainPath, requestPath } from '#wire/routes.ts';
import { sweepOnce } from '#worker/sweep.ts';

before(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});

/** Four validators, of which the first is made of functions over the emulator. */
async function opened() {
  const world = clientWorld();
  const [first, ...others] = world.validators;
  assert(first);
  const seat = world.development.validatorSeeds.find(({ name }) => name === first.node.name);
  assert(seat);
  const { genesis } = world.development;
  const deployed = await deployValidator({ genesis, name: seat.name, seed: seat.seed });
  const handler = serveGateway(await workerWiring(deployed.env));
  const node = gatewayNode(handler, first.node);
  const reachable = { ...world, validators: [{ node }, ...others] };
  return { world, others, deployed, handler, node, reachable };
}

const basics = { ownership: false, pending: false };

async function healthOf(deployed: Deployed): Promise<number | undefined> {
  const served = serveGateway(await workerWiring(deployed.env));
  const asked = gatewayEvent({ method: 'GET', path: '/health' });
  return (await served(asked, lambdaContext())).statusCode;
}

test('functions: a validator over AWS signs what no quorum is without', async () => {
  const { others, reachable, node } = await opened();
  others[0]!.switch.mode = 'down';
  const alice = await openClient(reachable, ['alice']);
  const to = chainOf(reachable, 'bob');
  for (let block = 0; block < 3; block++) {
    granted(await alice.client.transfer({ from: 'alice', to, amount: amount(1n) }));
  }
  const info = granted(await node.info(chainOf(reachable, 'alice'), basics));
  assert.equal(info.next, 3n);
  await alice.client.close();
});

test('functions: a large content goes past the worker, into the bucket', async () => {
  const { handler, node: asked, reachable } = await opened();
  const endpoint = theEmulator();
  const puts: boolean[] = [];
  const counted: SendUpload = async (...sent) => {
    const isTaken = await sendUpload(...sent);
    puts.push(isTaken);
    return isTaken;
  };
  const node = gatewayNode(handler, asked, { url: endpoint, sendUpload: counted });
  const validators = [{ node }, ...reachable.validators.slice(1)];
  const alice = await openClient({ ...reachable, validators }, ['alice']);
  const content = bytesNamed('large', detourBytesMin);
  const { id } = granted(await alice.client.publishBlob({ chain: 'alice', content }));
  await alice.client.close();
  assert.deepEqual(puts, [true]);
  assert.deepEqual(granted(await node.blob(id)), content);
});

test('functions: a reader serves what the worker wrote, and changes nothing', async () => {
  const { deployed, reachable } = await opened();
  const reader = serveGateway(await readerWiring(deployed.env));
  const chain = chainOf(reachable, 'alice');
  const read = await reader(
    gatewayEvent({ method: 'GET', path: chainPath('chain', chain, 0) }),
    lambdaContext(),
  );
  assert.equal(read.statusCode, 200);
  const sent = await reader(
    gatewayEvent({ method: 'POST', path: requestPath('propose', 0), body: Uint8Array.of(1) }),
    lambdaContext(),
  );
  assert.equal(sent.statusCode, 422);
});

test('functions: over a table that was made again nothing is signed, and blocks are kept', async () => {
  const { deployed, reachable, node: before } = await opened();
  assert.equal(await healthOf(deployed), 200);
  const client = tablesClient();
  const { heads } = deployed.tables;
  await client.send(new DeleteTableCommand({ TableName: heads }));
  await createTable(client, heads, [headsTable.key]);
  assert.equal(await healthOf(deployed), 503);
  const node = gatewayNode(serveGateway(await workerWiring(deployed.env)), before);
  const replies: ChainReply[] = [];
  const watched = {
    ...node,
    handle: async (request: ChainRequest) => {
      const reply = await node.handle(request);
      replies.push(reply);
      return reply;
    },
  };
  const validators = [{ node: watched }, ...reachable.validators.slice(1)];
  const alice = await openClient({ ...reachable, validators }, ['alice']);
  const to = chainOf(reachable, 'bob');
  granted(await alice.client.transfer({ from: 'alice', to, amount: amount(1n) }));
  await alice.client.close();
  const { next } = granted(await node.info(chainOf(reachable, 'alice'), basics));
  assert.equal(next, 1n);
  const refusals = replies.flatMap(({ decided }) =>
    decided.kind === 'refused' ? [decided.refusal.kind] : [],
  );
  assert.ok(refusals.includes('store-not-bound'));
  assert.ok(replies.every(({ decided }) => decided.kind === 'refused' || !decided.vote));
});

test('functions: a key of another validator is never signed with', async () => {
  const { deployed, world } = await opened();
  const other = await deployValidator({
    genesis: world.development.genesis,
    name: 'other',
    seed: world.development.validatorSeeds[1]!.seed,
  });
  const env = { ...deployed.env, WEFT_BINDING_PARAMETER: other.env.WEFT_BINDING_PARAMETER };
  assert.equal(await healthOf({ ...deployed, env }), 503);
});

test('functions: a key that never leaves KMS answers for its validator', async () => {
  const { deployed, world } = await opened();
  const client = new KMSClient(targetConfig());
  const made = await client.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }),
  );
  const keyId = made.KeyMetadata?.KeyId ?? '';
  const fresh = await deployValidator({
    genesis: world.development.genesis,
    name: 'kms',
    seed: world.development.validatorSeeds[0]!.seed,
  });
  const signer = await kmsSigner({ client, keyId });
  const binding = `${deployed.env.WEFT_BINDING_PARAMETER}-kms`;
  const env = { ...fresh.env, WEFT_KEY_MODE: 'kms-sign', WEFT_KEY_ID: keyId };
  assert.equal(await healthOf({ ...fresh, env }), 503);
  await fresh.bind(signer.publicKey, binding);
  const bound = { ...env, WEFT_BINDING_PARAMETER: binding };
  assert.equal(await healthOf({ ...fresh, env: bound }), 200);
});

test('functions: messenger and driver work on what the worker keeps', async () => {
  const { deployed, reachable, world } = await opened();
  const alice = await openClient(reachable, ['alice']);
  const to = chainOf(reachable, 'bob');
  granted(await alice.client.transfer({ from: 'alice', to, amount: amount(1n) }));
  await alice.client.close();
  const sqs = new SQSClient({ ...targetConfig(), useQueueUrlAsEndpoint: false });
  const ask = new ReceiveMessageCommand({ QueueUrl: deployed.queueUrl, WaitTimeSeconds: 1 });
  assert.deepEqual((await sqs.send(ask)).Messages ?? [], []);
  const messenger = await messengerWiring(deployed.env);
  const chain = chainOf(reachable, 'alice');
  await messenger.ports.chains.deleteRows(to, [{ origin: chain, height: height(0) }]);
  const bell = textOfBell({ chain, height: height(0), hops: 0 });
  const delivered = await messengerHandler(messenger)(queueEvent([bell]), lambdaContext());
  assert.deepEqual(delivered, { batchItemFailures: [] });
  const rows = await messenger.ports.chains.listRows(to, undefined, 10);
  assert.equal(rows.items.length, 1);
  const peers = world.validators.map(({ node: { name, publicKey } }) => ({
    name,
    url: 'http://127.0.0.1:9',
    publicKey: hexFromBytes(publicKey.bytes),
  }));
  await deployed.write('peers.json', new TextEncoder().encode(JSON.stringify(peers)));
  const driver = await driverWiring(deployed.env);
  assert.equal((await driver.peers()).length, 3);
  await driverHandler(driver)(scheduleEvent, lambdaContext());
  assert.equal((await sweepOnce(driver.ports)).cleared, 0);
  await driver.cursors.save(new Map([[3, 'ab']]));
  assert.deepEqual(await driver.cursors.load(), new Map([[3, 'ab']]));
});

test('functions: whoever listens is listed, and a stream of heads is taken', async () => {
  const { deployed, reachable } = await opened();
  const parts = await notifierWiring(deployed.env);
  const answers: string[] = [];
  const answer = (_: string, text: string) => {
    answers.push(text);
    return Promise.resolve('sent' as const);
  };
  const notifier = notifierHandler({ ...parts, answer });
  const chain = chainOf(reachable, 'alice');
  const subscribe = JSON.stringify({ kind: 'subscribe', chains: [chain] });
  await notifier(socketEvent('A=', 'MESSAGE', subscribe), lambdaContext());
  assert.match(answers.join(), /"reset"/);
  assert.equal(await parts.listeners.isHeard(chain), true);
  const alice = await openClient(reachable, ['alice']);
  const to = chainOf(reachable, 'bob');
  granted(await alice.client.transfer({ from: 'alice', to, amount: amount(1n) }));
  await alice.client.close();
  const { ports } = await messengerWiring(deployed.env);
  const { head } = await ports.chains.loadHead(chain);
  assert(head);
  const taken = await notifier(streamEvent([head]), lambdaContext());
  assert.deepEqual(taken, { batchItemFailures: [] });
  await notifier(socketEvent('A=', 'DISCONNECT'), lambdaContext());
  assert.deepEqual(await parts.listeners.listenersOf(chain, parts.clock.now()), []);
});
