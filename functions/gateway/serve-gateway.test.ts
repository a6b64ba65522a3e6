import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { newAdmission } from '#api/admission.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainRequestCodec } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { validatorNodeContract } from '#test/contracts/validator-node.ts';
import { pay, proposeRequest } from '#test/support/drive.ts';
import { type GatewayNode, servedByFunction } from '#test/support/gateway-node.ts';
import { gatewayEvent, lambdaContext, restEvent } from '#test/support/lambda-events.ts';
import { proposed } from '#test/support/requests.ts';
import { servedWithSockets } from '#test/support/socket-node.ts';
import {
  correlationHeader,
  refusalHeader,
  shardMapHeader,
  valueMediaType,
} from '#wire/exchange.ts';
import { chainPath, requestPath } from '#wire/routes.ts';
import { isRead } from '../reader/reader-routes.ts';

validatorNodeContract('a validator behind functions', () => servedWithSockets());
validatorNodeContract('a validator behind a REST API', () => servedWithSockets(restEvent));

const binary = { accept: valueMediaType, 'content-type': valueMediaType };

function ask(
  { handler }: GatewayNode,
  asked: Parameters<typeof gatewayEvent>[0],
  context = lambdaContext(),
) {
  return handler(gatewayEvent({ headers: binary, ...asked }), context);
}

async function proposal({ committee }: GatewayNode): Promise<Uint8Array> {
  const [alice, bob] = committee.owners;
  const { proposal: signed } = await proposed(committee, alice!, [pay(bob!.chain, 1n)]);
  return encode(chainRequestCodec, proposeRequest(signed));
}

const aliceOf = ({ committee }: GatewayNode): ChainId => committee.owners[0]!.chain;
const lineOf = (node: GatewayNode) => JSON.parse(node.lines.at(-1) ?? '{}');

test('a body that is too long is refused by its length, whatever it holds', async () => {
  const node = await servedByFunction();
  const event = gatewayEvent({ method: 'POST', path: requestPath('propose', 0), headers: binary });
  const before = node.validator.store.snapshot();
  for (const isBase64Encoded of [true, false]) {
    const body = '*'.repeat(5_400_000);
    const result = await node.handler({ ...event, isBase64Encoded, body }, lambdaContext());
    assert.equal(result.statusCode, 413);
    assert.equal(result.headers?.[refusalHeader], 'body-too-large');
  }
  assert.deepEqual(node.validator.store.snapshot(), before);
});

test('binary that API Gateway took for text is refused, and changes nothing', async () => {
  const node = await servedByFunction();
  const before = node.validator.store.snapshot();
  const body = Buffer.from(await proposal(node)).toString('latin1');
  const result = await ask(node, { method: 'POST', path: requestPath('propose', 0), body });
  assert.equal(result.headers?.[refusalHeader], 'malformed-request');
  assert.deepEqual(node.validator.store.snapshot(), before);
});

test('a request sent twice is answered alike, and a misrouted one with the newer map', async () => {
  const node = await servedByFunction();
  const body = await proposal(node);
  const send = (shard: number) =>
    ask(node, {
      method: 'POST',
      path: requestPath('propose', shard),
      headers: { ...binary, [shardMapHeader]: '0;bits=4' },
      body,
    });
  const [first, again] = [await send(0), await send(9)];
  assert.equal(first.statusCode, 200);
  assert.equal(first.body, again.body);
  assert.equal(first.isBase64Encoded, true);
  const older = {
    ...node.context,
    describe: () => ({ ...node.context.describe(), shardMap: { version: 3, bits: 1 } }),
  };
  const newer = await servedByFunction(() => true, older);
  const told = await ask(newer, {
    method: 'GET',
    path: chainPath('chain', aliceOf(newer), 7),
    headers: { ...binary, [shardMapHeader]: '2;bits=4' },
  });
  assert.equal(told.headers?.[shardMapHeader], '3;bits=1');
});

test('a REST API is the same: headers of any case, queries, bodies, and what has no version', async () => {
  const node = await servedByFunction();
  const body = await proposal(node);
  const asked = [
    { method: 'POST', path: requestPath('propose', 0), body },
    { method: 'GET', path: `${chainPath('inbox', aliceOf(node), 0)}?cursor=a%26b&limit=2` },
    { method: 'GET', path: `${chainPath('chain', aliceOf(node), 0)}?pending=1&pending=1` },
    { method: 'GET', path: '/health' },
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/v1/nowhere' },
  ];
  for (const each of asked) {
    const event = gatewayEvent({ headers: binary, ...each });
    const [one, other] = [
      await node.handler(event, lambdaContext()),
      await node.handler(restEvent(event), lambdaContext()),
    ];
    assert.deepEqual(other, one, each.path);
  }
});

test('a REST API hands on too long a body, too, and it is refused by its length', async () => {
  const node = await servedByFunction();
  const body = '*'.repeat(5_400_000);
  const path = requestPath('propose', 0);
  const event = gatewayEvent({ method: 'POST', path, headers: binary, body });
  const result = await node.handler(restEvent(event), lambdaContext());
  assert.equal(result.statusCode, 413);
});

test('a reader answers reads, and takes no request that changes a chain', async () => {
  const node = await servedByFunction(isRead);
  const read = await ask(node, { method: 'GET', path: chainPath('chain', aliceOf(node), 0) });
  assert.equal(read.statusCode, 200);
  const before = node.validator.store.snapshot();
  const body = await proposal(node);
  const sent = await ask(node, { method: 'POST', path: requestPath('propose', 0), body });
  assert.equal(sent.headers?.[refusalHeader], 'not-supported');
  assert.deepEqual(node.validator.store.snapshot(), before);
});

test('a stream is refused, for no reply may go on', async () => {
  const node = await servedByFunction();
  const path = `/v1/shards/0/notifications?chains=${aliceOf(node)}`;
  const result = await ask(node, { method: 'GET', path });
  assert.equal(result.headers?.[refusalHeader], 'not-supported');
});

test('a reply that Lambda would cut off becomes a refusal', async () => {
  const node = await servedByFunction(() => true, { genesis: () => new Uint8Array(5_000_000) });
  const result = await ask(node, { method: 'GET', path: '/v1/genesis' });
  assert.equal(result.headers?.[refusalHeader], 'not-supported');
  assert.ok((result.body ?? '').length < 1_000);
});

test('when the reply is out, nothing of its request runs on', async () => {
  const node = await servedByFunction();
  const { promise, resolve } = Promise.withResolvers<void>();
  let isDone = false;
  const slow = {
    ...node.context.node,
    async info() {
      await promise;
      isDone = true;
      return await node.context.node.info(aliceOf(node), { ownership: false, pending: false });
    },
  };
  const admission = newAdmission(systemClock, 4, duration(10_000n));
  const late = await servedByFunction(() => true, { node: slow, admission });
  const answer = ask(late, { method: 'GET', path: chainPath('chain', aliceOf(node), 0) });
  setTimeout(resolve, 300);
  const result = await answer;
  assert.equal(result.headers?.[refusalHeader], 'busy');
  assert.equal(isDone, true);
});

test('what one caller does has one name at all validators, and stays one line', async () => {
  const nodes = [await servedByFunction(), await servedByFunction()];
  const body = await proposal(nodes[0]!);
  for (const node of nodes)
    await ask(node, { method: 'POST', path: requestPath('propose', 0), body });
  const names = nodes.map((node) => lineOf(node).correlation);
  assert.equal(names[0], names[1]);
  assert.match(names[0], /^[0-9a-f]{16}$/);
  const given = 'f'.repeat(32);
  const headers = { ...binary, [correlationHeader]: given };
  const named = await ask(nodes[0]!, { method: 'GET', path: '/v1/network', headers });
  assert.equal(lineOf(nodes[0]!).correlation, given);
  assert.equal(named.headers?.[correlationHeader], given);
  const hostile = { ...binary, [correlationHeader]: 'x\n{"level":"error"}' };
  const odd = await servedByFunction();
  await ask(odd, { method: 'GET', path: '/v1/\u2028\n\u0007?x', headers: hostile });
  assert.equal(odd.lines.length, 1);
  assert.match(odd.lines[0] ?? '', /^[ -~]+$/);
  assert.equal(lineOf(odd).path, '/v1/\u2028\n\u0007');
});
