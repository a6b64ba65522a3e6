import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryListeners } from '#adapters/memory/listeners.ts';
import { socketNotifier } from '#adapters/websocket/notifier.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { lambdaContext, socketEvent, streamEvent } from '#test/support/lambda-events.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { newObserver } from '../observe/observer.ts';
import { notifierHandler } from './notify.ts';
import { headTeller } from './tell-of-heads.ts';

/** A notifier between the heads of a committee and the connections that a test opens. */
function opened() {
  const committee = testCommittee({ validators: 1 });
  const { clock } = committee;
  const listeners = memoryListeners(clock);
  const told: { readonly to: string; readonly said: unknown }[] = [];
  const gone = new Set<string>();
  const faulty = new Set<string>();
  const lines: string[] = [];
  const observer = newObserver({
    validator: 'validator-1',
    functionName: 'notifier',
    write: (line) => lines.push(line),
  });
  const notifier = socketNotifier({
    listeners,
    clock,
    onFault: observer.onFault,
    push(to, text) {
      if (faulty.has(to)) return Promise.reject(new StoreFault('no answer'));
      if (gone.has(to)) return Promise.resolve('gone');
      told.push({ to, said: JSON.parse(text) });
      return Promise.resolve('sent');
    },
  });
  const ports = { ...committee.validators[0]!.ports, notifier };
  const tellOfHeads = headTeller(ports, listeners.isHeard);
  const answers: string[] = [];
  const answer = (to: string, text: string) => {
    answers.push(text);
    return Promise.resolve(gone.has(to) ? ('gone' as const) : ('sent' as const));
  };
  const handler = notifierHandler({ listeners, clock, tellOfHeads, answer, observer });
  const [alice, bob, carol] = committee.owners as [Owner, Owner, Owner];
  async function say(connection: string, message: string): Promise<Record<string, string>> {
    const reply = await handler(socketEvent(connection, 'MESSAGE', message), lambdaContext());
    assert.deepEqual(reply, { statusCode: 200 });
    return JSON.parse(answers.at(-1) ?? '');
  }
  return {
    ...{ committee, clock, listeners, told, gone, faulty, lines, handler, say, alice, bob, carol },
    subscribe: (connection: string, chain: ChainId, after?: string) =>
      say(connection, JSON.stringify({ kind: 'subscribe', chains: [chain], after })),
    stream: (heads: readonly (ChainHead | string)[]) =>
      handler(streamEvent(heads), lambdaContext()),
    async head({ chain }: Owner): Promise<ChainHead> {
      const { head } = await ports.chains.loadHead(chain);
      assert(head);
      return head;
    },
  };
}

type Owner = ReturnType<typeof testCommittee>['owners'][number];

const events = (told: readonly { readonly to: string; readonly said: unknown }[]) =>
  told.map(({ to, said }) => `${to} ${(said as { event: string }).event}`);

test('who subscribes hears of blocks and of what arrives, and nobody else does', async () => {
  const world = opened();
  const { alice, bob } = world;
  assert.equal((await world.subscribe('A=', alice.chain)).event, 'reset');
  await world.subscribe('B=', bob.chain);
  await confirm(world.committee, alice, [pay(bob.chain, 1n)]);
  const head = await world.head(alice);
  assert.deepEqual(await world.stream([head]), { batchItemFailures: [] });
  assert.deepEqual(events(world.told), ['A= new-block', 'B= new-bundle']);
  // The same head again, or one that only a vote changed, is no news.
  await world.stream([head, head]);
  assert.equal(world.told.length, 2);
});

test('a block to very many holds nobody up: of them those tell who put their rows', async () => {
  const world = opened();
  const { alice, bob } = world;
  await world.subscribe('A=', alice.chain);
  await world.subscribe('B=', bob.chain);
  const many = Array.from({ length: promptRecipientsMax }, (_, at) => chainNamed(`to ${at}`));
  const payments = [bob.chain, ...many].map((chain) => pay(chain, 1n));
  await confirm(world.committee, alice, payments);
  world.told.length = 0;
  await world.stream([await world.head(alice)]);
  assert.deepEqual(events(world.told), ['A= new-block']);
});

test('whoever resumes hears whether something was missed, and no more', async () => {
  const world = opened();
  const { alice, bob } = world;
  const first = await world.subscribe('A=', alice.chain);
  // What was on its way when the connection was lost may not have come.
  assert.equal((await world.subscribe('B=', alice.chain, first.id)).event, 'reset');
  world.clock.advance(10_000_000n);
  const alive = await world.say('A=', '{"kind":"ping"}');
  await world.handler(socketEvent('A=', 'DISCONNECT'), lambdaContext());
  world.clock.advance(20_000_000n);
  const quiet = await world.subscribe('C=', alice.chain, alive.id);
  assert.equal(quiet.event, 'subscribed');
  await confirm(world.committee, alice, [pay(bob.chain, 1n)]);
  world.clock.advance(1n);
  await world.stream([await world.head(alice)]);
  assert.equal((await world.subscribe('D=', alice.chain, quiet.id)).event, 'reset');
  assert.equal((await world.subscribe('E=', alice.chain, 'x')).event, 'reset');
  assert.equal((await world.subscribe('F=', bob.chain, quiet.id)).event, 'reset');
});

test('a connection that is gone is forgotten, and one that fails holds up nobody', async () => {
  const world = opened();
  const { alice, bob } = world;
  for (const connection of ['A=', 'B=', 'C=']) await world.subscribe(connection, alice.chain);
  world.gone.add('A=');
  world.faulty.add('B=');
  await confirm(world.committee, alice, [pay(bob.chain, 1n)]);
  await world.stream([await world.head(alice)]);
  assert.deepEqual(events(world.told), ['C= new-block']);
  const left = await world.listeners.listenersOf(alice.chain, world.clock.now());
  assert.deepEqual([...left].sort(), ['B=', 'C=']);
  assert.equal(world.lines.length, 1);
});

test('connecting, heartbeats and odd messages are answered', async () => {
  const world = opened();
  const connected = await world.handler(socketEvent('A=', 'CONNECT'), lambdaContext());
  assert.deepEqual(connected, { statusCode: 200 });
  assert.equal((await world.say('A=', '{"kind":"ping"}')).event, 'alive');
  const odd = [
    '',
    '{',
    '{"kind":"publish"}',
    '{"kind":"subscribe","chains":[]}',
    '{"kind":"subscribe","chains":["ab"]}',
    JSON.stringify({ kind: 'subscribe', chains: Array(101).fill(world.alice.chain) }),
    JSON.stringify({ kind: 'ping', more: 'x'.repeat(9_000) }),
  ];
  for (const message of odd) assert.equal((await world.say('A=', message)).event, 'refused');
});

test('a change that holds no head is logged, and what comes behind it is told', async () => {
  const world = opened();
  await world.subscribe('A=', world.alice.chain);
  await confirm(world.committee, world.alice, [pay(world.bob.chain, 1n)]);
  const head = await world.head(world.alice);
  assert.deepEqual(await world.stream(['AAECAw==', head]), { batchItemFailures: [] });
  assert.deepEqual(events(world.told), ['A= new-block']);
  assert.equal(world.lines.length, 1);
});

test('a subscription ends with the longest that a connection lasts', async () => {
  const world = opened();
  await world.subscribe('A=', world.alice.chain);
  world.clock.advance(7_200_000_001n);
  await confirm(world.committee, world.alice, [pay(world.bob.chain, 1n)]);
  await world.stream([await world.head(world.alice)]);
  assert.deepEqual(world.told, []);
});

test('what is said to a message is pushed to whoever sent it, who may be gone by then', async () => {
  const world = opened();
  world.gone.add('A=');
  assert.equal((await world.subscribe('A=', world.alice.chain)).event, 'reset');
  assert.deepEqual(await world.listeners.listenersOf(world.alice.chain, world.clock.now()), []);
});
