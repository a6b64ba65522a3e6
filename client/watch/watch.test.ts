import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HintListener } from '#ports/validator-node.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { amount, blockHeight } from '#protocol/primitives/numbers.ts';
import {
  type ClientWorld,
  chainOf,
  clientWorld,
  granted,
  openClient,
} from '#test/support/client-world.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { acceptAll } from '../wallet/inbox-policy.ts';
import type { WatchEvent } from './teller.ts';

const height = (at: number) => blockHeight(BigInt(at));

async function heard(events: readonly WatchEvent[], count: number): Promise<void> {
  const start = performance.now();
  while (events.length < count) {
    assert.ok(performance.now() - start < 8_000, `heard ${events.length} of ${count}`);
    await sleep(10);
  }
}

function textOf(world: ClientWorld, event: WatchEvent): string {
  const { chainKeys } = world.development;
  const name = (id: string) => chainKeys.find(({ chain }) => chain === id)?.name;
  const from = event.kind === 'bundle' ? ` from ${name(event.origin)}` : '';
  return `${name(event.chain)} ${event.kind} ${event.height}${from}`;
}

/** A watcher of bob's chain and a client that pays from alice's. */
async function watching(world = clientWorld()) {
  const payer = await openClient(world, ['alice']);
  const watcher = await openClient(world, ['bob']);
  const events: WatchEvent[] = [];
  const names = ['bob', chainOf(world, 'alice')];
  const watch = granted(await watcher.client.watch(names, (event) => events.push(event)));
  const pay = async () => {
    const request = { from: 'alice', to: chainOf(world, 'bob'), amount: amount(10n) };
    granted(await payer.client.transfer(request));
  };
  const close = async () => {
    watch.stop();
    await Promise.all([payer.client.close(), watcher.client.close()]);
  };
  const texts = () => events.map((event) => textOf(world, event)).sort();
  return { world, payer, watcher, events, texts, pay, watch, close };
}

test('a block of the sender and the arrival at the recipient are told once, and verified', async () => {
  const { events, texts, pay, watcher, world, close } = await watching();
  await pay();
  await heard(events, 2);
  granted(await watcher.client.processInbox('bob'));
  await heard(events, 3);
  await sleep(100);
  assert.deepEqual(texts(), ['alice block 0', 'bob block 0', 'bob bundle 0 from alice']);
  const sent = await watcher.client.block(chainOf(world, 'alice'), height(0));
  for (const event of events.filter(({ chain }) => chain !== chainOf(world, 'bob'))) {
    assert.equal(event.hash, sent?.block.hash);
  }
  await close();
});

test('blocks are told in order, and what was there before is not', async () => {
  const world = clientWorld();
  const first = await watching(world);
  await first.pay();
  await heard(first.events, 2);
  await first.close();
  const again = await watching(world);
  for (let paid = 0; paid < 3; paid++) await again.pay();
  await heard(again.events, 6);
  const blocks = again.events.filter(({ kind }) => kind === 'block').map((one) => one.height);
  assert.deepEqual(blocks, [1n, 2n, 3n]);
  await again.close();
});

test('nothing is told once watching has stopped', async () => {
  const { events, pay, watch, close } = await watching();
  watch.stop();
  await pay();
  await sleep(100);
  assert.deepEqual(events, []);
  await close();
});

test('a validator that dies, and one that keeps quiet, hide nothing', async () => {
  const world = clientWorld();
  const [dead, quiet] = world.validators;
  quiet!.switch.lie = { subscribe: () => ({ close: () => undefined }) };
  const { events, texts, pay, close } = await watching(world);
  dead!.switch.mode = 'down';
  await pay();
  await heard(events, 2);
  assert.deepEqual(texts(), ['alice block 0', 'bob bundle 0 from alice']);
  await close();
});

test('made-up hints cost their author a question at a time, and tell nothing', async () => {
  const world = clientWorld();
  const [liar] = world.validators;
  const listeners: HintListener[] = [];
  const [alice, bob] = [chainOf(world, 'alice'), chainOf(world, 'bob')];
  liar!.switch.lie = {
    subscribe: (_, listener) => {
      listeners.push(listener);
      return { close: () => undefined };
    },
  };
  const { events, texts, pay, close } = await watching(world);
  const asked = () => liar!.switch.calls.get('blocks') ?? 0;
  const before = asked();
  const lies = (at: number): readonly Notification[] => [
    { chain: alice, reason: { kind: 'new-block', height: height(at), hash: hashNamed('x') } },
    { chain: bob, reason: { kind: 'new-bundle', origin: alice, height: height(at) } },
    { chain: alice, reason: { kind: 'new-round', height: height(at), round: { kind: 'fast' } } },
    { chain: bob, reason: { kind: 'new-bundle', origin: bob, height: height(at) } },
  ];
  for (let at = 5; at < 3_000; at++) {
    for (const lie of lies(at)) listeners[0]?.onNotification(lie);
    listeners[0]?.onReset();
  }
  await pay();
  await heard(events, 2);
  await sleep(200);
  assert.ok(asked() - before < 20, `${asked() - before} questions`);
  assert.deepEqual(texts(), ['alice block 0', 'bob bundle 0 from alice']);
  await close();
});

test('what another process brought into the store is told as well', async () => {
  const world = clientWorld();
  const { watcher, events, texts, close, pay } = await watching(world);
  const beside = await openClient(world, ['bob'], watcher.device);
  await pay();
  granted(await beside.client.sync('bob'));
  granted(await beside.client.sync(chainOf(world, 'alice')));
  await heard(events, 2);
  assert.deepEqual(texts(), ['alice block 0', 'bob bundle 0 from alice']);
  await beside.client.close();
  await close();
});

test('hints of senders that the owner ignores are neither followed nor told', async () => {
  const { world, watcher, events, texts, pay, close } = await watching();
  const [alice, bob] = [chainOf(world, 'alice'), chainOf(world, 'bob')];
  await watcher.wallet.setInboxPolicy(bob, { ...acceptAll, ignore: [alice] });
  await pay();
  await heard(events, 1);
  await sleep(200);
  assert.deepEqual(texts(), ['alice block 0']);
  assert.equal(granted(await watcher.client.balance('bob')).incoming, 0n);
  await watcher.wallet.setInboxPolicy(bob, acceptAll);
  assert.equal(granted(await watcher.client.balance('bob')).incoming, 10n);
  await close();
});
