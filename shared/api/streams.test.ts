import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { manualClock } from '#adapters/memory/manual-clock.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { duration, timestamp } from '#protocol/primitives/numbers.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { newStreams, type StreamsOptions } from './streams.ts';

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];
const second = duration(1_000_000n);

function open(options: Partial<StreamsOptions> = {}, waitingMax = 10) {
  const clock = manualClock(timestamp(0n));
  const feed = memoryNotifier({ run: 'a', waitingMax });
  const streams = newStreams({ clock, feed, heartbeat: duration(15_000_000n), ...options });
  return { clock, feed, streams };
}

const bundle = (at: number): Notification => ({
  chain: alice,
  reason: { kind: 'new-bundle', origin: bob, height: height(at) },
});
const text = (at: number) =>
  `id: a-${at}\nevent: new-bundle\ndata: {"chain":"${alice}","reason":{"kind":"new-bundle","origin":"${bob}","height":"${at}"}}\n\n`;

async function pass({ clock }: ReturnType<typeof open>, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    clock.advance(second);
    await settled();
  }
}

test('what comes is sent at once, and together if nobody asked for it yet', async () => {
  const { feed, streams } = open();
  const stream = streams.open({ chains: new Set([alice]), after: 'a-0' });
  const next = stream?.next();
  await feed.publish([bundle(1)]);
  assert.equal(await next, text(1));
  await feed.publish([bundle(2), bundle(3)]);
  assert.equal(await stream?.next(), `${text(2)}${text(3)}`);
  stream?.close();
  assert.equal(await stream?.next(), undefined);
  assert.deepEqual([streams.count(), feed.subscriptions()], [0, 0]);
});

test('a quiet stream says that it is alive, and where it is', async () => {
  const world = open();
  const { feed, streams } = world;
  const stream = streams.open({ chains: new Set([alice]), after: undefined });
  assert.equal(await stream?.next(), 'id: a-0\nevent: reset\ndata: {}\n\n');
  let heard: string | undefined;
  void stream?.next().then((piece) => {
    heard = piece;
  });
  await feed.publish([{ ...bundle(1), chain: bob }]);
  await pass(world, 14);
  assert.equal(heard, undefined);
  await pass(world, 2);
  assert.equal(heard, ': alive\nid: a-1\n\n');
  stream?.close();
});

test('a reader who is behind is not told that it has heard all', async () => {
  const world = open();
  const stream = world.streams.open({ chains: new Set([alice]), after: 'a-0' });
  await world.feed.publish([bundle(1)]);
  await pass(world, 40);
  assert.equal(await stream?.next(), text(1));
  stream?.close();
});

test('streams, and chains of all streams, are as many as may be', () => {
  const few = open({ streamsMax: 2 }).streams;
  const chains = new Set([alice, bob]);
  const first = few.open({ chains, after: undefined });
  assert.ok(first && few.open({ chains, after: undefined }));
  assert.equal(few.open({ chains, after: undefined }), undefined);
  first.close();
  first.close();
  assert.ok(few.open({ chains, after: undefined }));
  const narrow = open({ chainsMax: 3 }).streams;
  assert.ok(narrow.open({ chains, after: undefined }));
  assert.equal(narrow.open({ chains, after: undefined }), undefined);
  assert.ok(narrow.open({ chains: new Set([bob]), after: undefined }));
});

test('a stream whose reader fell behind ends, and so does one that is old', async () => {
  const world = open({ life: duration(60_000_000n) }, 2);
  const slow = world.streams.open({ chains: new Set([alice]), after: 'a-0' });
  await world.feed.publish([bundle(1), bundle(2), bundle(3)]);
  assert.equal(await slow?.next(), undefined);
  const old = world.streams.open({ chains: new Set([alice]), after: world.feed.newest() });
  let isOver = false;
  void (async () => {
    while ((await old?.next()) !== undefined);
    isOver = true;
  })();
  await pass(world, 59);
  assert.equal(isOver, false);
  await pass(world, 2);
  assert.deepEqual([isOver, world.streams.count()], [true, 0]);
});
