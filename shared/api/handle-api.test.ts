import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { streamIdCodec } from '#protocol/block/event.ts';
import { genesisCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { chainReplyCodec, chainRequestCodec, refusalCodec } from '#protocol/chain/requests.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { TestOwner } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest, sign } from '#test/support/drive.ts';
import { loneValidator, servedBy } from '#test/support/opened-node.ts';
import { valueMediaType, type WireReply } from '#wire/exchange.ts';
import { networkDescriptionCodec } from '#wire/network-description.ts';
import { eventsPageCodec } from '#wire/pages.ts';
import { routes } from '#wire/routes.ts';
import { newAdmission } from './admission.ts';
import type { ApiContext } from './context.ts';
import { handleApi } from './handle-api.ts';

const { committee, validator } = loneValidator();
const [alice, bob] = committee.owners as [TestOwner, TestOwner];
const served = servedBy(validator);
const chains = '/v1/shards/0/chains';
const bcs = { accept: valueMediaType, 'content-type': valueMediaType };

function get(target: string, context = served, headers = {}): Promise<WireReply> {
  return handleApi(context, { method: 'GET', target, headers, body: new Uint8Array(0) });
}

function post(path: string, body: Uint8Array, context = served, headers = {}): Promise<WireReply> {
  const target = `/v1/shards/0/${path}`;
  return handleApi(context, { method: 'POST', target, headers: { ...bcs, ...headers }, body });
}

function jsonOf({ body }: WireReply) {
  return JSON.parse(String(body));
}

function kindOf({ body, headers }: WireReply): string | undefined {
  const refusal = typeof body === 'string' ? undefined : decode(refusalCodec, body);
  assert.equal(refusal?.ok ? refusal.value.kind : undefined, headers['weft-refusal']);
  return headers['weft-refusal'];
}

function withNode(changed: Partial<ValidatorNode>, rest: Partial<ApiContext> = {}): ApiContext {
  return servedBy(validator, { node: { ...served.node, ...changed }, ...rest });
}

test('whoever looks with a browser or curl reads JSON', async () => {
  const paid = await confirm(committee, alice, [pay(bob.chain, 10n)]);
  const index = await get('/', served, { accept: 'text/html,*/*' });
  assert.equal(jsonOf(index).validator, 'validator-1');
  assert.equal(jsonOf(index).routes.length, routes.length);
  const info = jsonOf(await get(`${chains}/${alice.chain}?ownership&pending`));
  assert.deepEqual(
    [info.next, info.balance, info.tip],
    ['1', `${90n * 10n ** 18n}`, paid.block.hash],
  );
  const [block] = jsonOf(await get(`${chains}/${alice.chain}/blocks?from=0&limit=1`)).blocks;
  assert.equal(block.block.hash, paid.block.hash);
  assert.equal(block.block.header.height, '0');
  const { certificates } = jsonOf(await get(`${chains}/${alice.chain}/certificates`));
  assert.deepEqual([certificates.length, certificates[0].block], [1, paid.block.hash]);
  const inbox = jsonOf(await get(`${chains}/${bob.chain}/inbox`));
  assert.equal(inbox.items[0].origin, alice.chain);
  for (const path of ['/version', '/v1/network', '/health']) {
    const reply = await get(path);
    assert.equal(jsonOf(reply).network, committee.network.id);
    assert.match(reply.headers['content-type'] ?? '', /^application\/json/);
  }
});

test('the network is described so that its id can be checked', async () => {
  const reply = await get('/v1/network', served, bcs);
  const description = decode(networkDescriptionCodec, reply.body as Uint8Array);
  assert(description.ok);
  assert.equal(networkIdOf(description.value.genesis), committee.network.id);
  assert.equal(description.value.validator.name, 'validator-1');
});

test('the genesis is served as its own bytes, and to read', async () => {
  const { genesis } = committee.genesis;
  const { body } = await get('/v1/genesis', served, bcs);
  assert.deepEqual(decode(genesisCodec, body as Uint8Array), { ok: true, value: genesis });
  assert.equal(jsonOf(await get('/v1/genesis')).header.name, genesis.header.name);
});

test('a request is refused before it reaches a chain, each with its own code', async () => {
  const node = new Proxy(served.node, { get: () => assert.fail('the node was asked') });
  const context = servedBy(validator, { node });
  const chain = `${chains}/${alice.chain}`;
  const large = new Uint8Array(5_000);
  const replies: Readonly<Record<string, Promise<WireReply>>> = {
    'unknown-route': get('/v1/nowhere', context, bcs),
    'wrong-method': post('chains/'.concat(alice.chain), large, context),
    'bad-shard': get(`/v1/shards/x/chains/${alice.chain}`, context, bcs),
    'malformed-request': get(`${chain}?ownership=2`, context, bcs),
    'body-too-large': post('timeouts', large, context),
    'unsupported-media-type': post('timeouts', large.subarray(0, 9), context, {
      'content-type': 'text/plain',
    }),
    'unsupported-protocol': get(chain, context, { ...bcs, 'weft-protocol': '2' }),
  };
  for (const [kind, reply] of Object.entries(replies)) {
    assert.equal(kindOf(await reply), kind);
  }
  assert.equal((await replies['wrong-method'])?.headers.allow, 'GET');
  assert.equal((await replies['body-too-large'])?.status, 413);
});

test('a body must be of the media type that its route takes', async () => {
  const body = Uint8Array.of(4);
  for (const type of ['text/plain', 'application/json', undefined]) {
    const reply = await post('timeouts', body, served, { 'content-type': type });
    assert.deepEqual([reply.status, kindOf(reply)], [415, 'unsupported-media-type']);
  }
});

test('malformed parameters of every read are refused', async () => {
  const chain = `${chains}/${alice.chain}`;
  const targets = [
    '?pending=x',
    '?x',
    '/blocks?from=-1',
    '/blocks?limit=0',
    '/certificates?from=x',
  ];
  for (const end of [...targets, '/inbox?cursor=', '/inbox?limit=x', '/inbox?limit=1&limit=1']) {
    const reply = await get(`${chain}${end}`, served, bcs);
    assert.deepEqual([reply.status, kindOf(reply)], [400, 'malformed-request'], end);
  }
});

test('a request of another kind than its route is refused', async () => {
  const drafted = await draft(committee, validator, alice, [pay(bob.chain, 1n)]);
  const { proposal } = await sign(committee, validator, drafted, { signer: alice.signer });
  const body = encode(chainRequestCodec, proposeRequest(proposal));
  assert.equal(kindOf(await post('certificates/confirmed', body)), 'malformed-request');
  const accepted = await post('proposals', body);
  assert.equal(accepted.status, 200);
  assert.deepEqual(
    (await post('proposals', body)).body,
    accepted.body,
    'a repeat is answered alike',
  );
  assert.match(served.metrics.text(), /weft_votes_sent_total\{value="validate"\} 2/);
});

test('a refused decision is a chain reply with the status of the refusal', async () => {
  const drafted = await draft(committee, validator, bob, [pay(alice.chain, 1n)]);
  const { proposal } = await sign(committee, validator, drafted, { signer: bob.signer });
  const early = { ...proposal, block: { ...drafted, height: 7n as typeof drafted.height } };
  const reply = await post('proposals', encode(chainRequestCodec, proposeRequest(early)));
  const decoded = decode(chainReplyCodec, reply.body as Uint8Array);
  assert(decoded.ok && decoded.value.decided.kind === 'refused');
  assert.deepEqual([reply.status, reply.headers['weft-refusal']], [409, 'height-ahead']);
  assert.equal(decoded.value.decided.refusal.kind, 'height-ahead');
});

test('over capacity the answer is busy at once, and health still answers', async () => {
  const never = () => new Promise<never>(() => undefined);
  const admission = newAdmission(systemClock, 1, duration(50_000n));
  const context = withNode({ info: never }, { admission });
  const first = get(`${chains}/${alice.chain}`, context, bcs);
  const turnedAway = await get(`${chains}/${bob.chain}/inbox`, context, bcs);
  assert.deepEqual([turnedAway.status, kindOf(turnedAway)], [503, 'busy']);
  assert.equal(turnedAway.headers['retry-after'], '1');
  assert.equal((await get('/health', context)).status, 200);
  const late = await first;
  assert.deepEqual([late.status, kindOf(late)], [503, 'busy']);
});

test('a fault of the store is busy, a bug is a fault, and the operator hears of both', async () => {
  const heard: unknown[] = [];
  const onFault = (error: unknown) => heard.push(error);
  const store = withNode({ info: () => Promise.reject(new StoreFault('disk')) }, { onFault });
  const bug = withNode({ info: () => Promise.reject(new Error('secret path')) }, { onFault });
  const target = `${chains}/${alice.chain}`;
  const [busy, fault] = [await get(target, store, bcs), await get(target, bug, bcs)];
  assert.deepEqual([busy.status, kindOf(busy)], [503, 'busy']);
  assert.deepEqual([fault.status, kindOf(fault)], [500, 'internal-fault']);
  assert.ok(!Buffer.from(fault.body).toString().includes('secret'));
  assert.equal(heard.length, 2);
  assert.match(bug.metrics.text(), /weft_faults_total\{where="worker"\} 1/);
});

test('the name of an operation is echoed and logged, unless it is made up of anything else', async () => {
  const logged: unknown[] = [];
  const onFault = (_: unknown, correlation?: string) => logged.push(correlation);
  const onAnswered: ApiContext['onAnswered'] = (answered) => logged.push(answered);
  const fault = () => Promise.reject(new Error('bug'));
  const context = withNode({ info: fault }, { onFault, onAnswered });
  const ask = (name: string) => get(`${chains}/${alice.chain}`, context, { [header]: name });
  const header = 'weft-correlation';
  assert.equal((await ask('0123456789abcdef')).headers[header], '0123456789abcdef');
  const [fromFault, answered] = logged.splice(0);
  assert.equal(fromFault, '0123456789abcdef');
  const [status, refusal] = [500, 'internal-fault'];
  assert.deepEqual(answered, { route: 'chain', status, refusal, correlation: '0123456789abcdef' });
  for (const odd of ['', 'a b', 'a\nb', '\u001b[31m', '{"level":"error"}', 'x'.repeat(65)]) {
    assert.equal((await ask(odd)).headers[header], undefined);
    assert.partialDeepStrictEqual(logged.splice(0), [undefined, { correlation: undefined }]);
  }
});

test('a newer shard map comes with the reply to whoever uses an older one', async () => {
  let shardMap = { version: 3, bits: 2 };
  const describe = () => ({ ...served.describe(), shardMap });
  const context = servedBy(validator, { describe });
  const ask = async (map: string | undefined) =>
    (await get(`${chains}/${alice.chain}`, context, { ...bcs, 'weft-shard-map': map })).headers[
      'weft-shard-map'
    ];
  assert.deepEqual(await Promise.all([undefined, '2;bits=1', '3;bits=2', '4;bits=0'].map(ask)), [
    '3;bits=2',
    '3;bits=2',
    undefined,
    undefined,
  ]);
  shardMap = { version: 5, bits: 4 };
  assert.equal(await ask('3;bits=2'), '5;bits=4');
  const garbled = await get('/', context, { ...bcs, 'weft-shard-map': 'newest' });
  assert.equal(kindOf(garbled), 'malformed-request');
});

test('any shard serves any chain', async () => {
  for (const shard of [0, 1, 65_535, 'any']) {
    const reply = await get(`/v1/shards/${shard}/chains/${alice.chain}`, served, bcs);
    assert.equal(reply.status, 200);
  }
});

test('a page of blocks ends where the next would be too much', async () => {
  const blocks = await served.node.blocks(alice.chain, 0n as never, 1);
  assert(blocks.ok && blocks.value[0]);
  const { block, certificate } = blocks.value[0];
  const large = block.proposed.transactions.concat(
    Array(1_200).fill(block.proposed.transactions[0]),
  );
  const heavy = {
    block: { ...block, proposed: { ...block.proposed, transactions: large } },
    certificate,
  };
  const context = withNode({ blocks: async () => ok([heavy, heavy, heavy, heavy]) });
  const reply = await get(`${chains}/${alice.chain}/blocks`, context, bcs);
  assert.ok(
    reply.body.length <= 262_144 + 100 && reply.body.length > 60_000,
    `${reply.body.length}`,
  );
});

test('the health of a validator whose key is not bound to its store is not ok', async () => {
  const context = servedBy(validator, { health: async () => 'store-not-bound' });
  const reply = await get('/health', context);
  assert.deepEqual([reply.status, jsonOf(reply).status], [503, 'store-not-bound']);
});

test('events come as an empty page of their layout, as long as no chain publishes any', async () => {
  const stream = hexFromBytes(
    encode(streamIdCodec, { kind: 'system', name: new TextEncoder().encode('epochs') }),
  );
  const path = `${chains}/${alice.chain}/events?stream=${stream}&from=3&limit=10`;
  assert.deepEqual(jsonOf(await get(path)), { events: [] });
  const reply = await get(path, served, { accept: valueMediaType });
  assert.deepEqual(decode(eventsPageCodec, reply.body as Uint8Array), {
    ok: true,
    value: { events: [] },
  });
  for (const query of ['', '?stream=', '?stream=00ff', `?stream=${stream}&from=4294967296`]) {
    const refused = await get(`${chains}/${alice.chain}/events${query}`);
    assert.equal(jsonOf(refused).error.kind, 'malformed-request', query);
  }
  const unknown = await get(`${chains}/${'77'.repeat(32)}/events?stream=${stream}`);
  assert.equal(jsonOf(unknown).error.kind, 'unknown-chain');
});

test('a chain is told its shard, and the map by which', async () => {
  const context = servedBy(validator, {
    describe: () => ({ ...served.describe(), shardMap: { version: 5, bits: 4 } }),
  });
  const shard = Number.parseInt(alice.chain.charAt(0), 16);
  const found = jsonOf(await get(`${chains}/${alice.chain}/shard`, context));
  assert.deepEqual(found, { map: { version: 5, bits: 4 }, shard });
});
