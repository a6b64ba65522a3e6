import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Doorbell } from '#ports/message-bus.ts';
import { messageBusContract } from '#test/contracts/message-bus.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { inProcessBus } from './in-process-bus.ts';

const bell = (at: number): Doorbell => ({ chain: chainNamed('alice'), height: height(at) });
const limits = { bellsMax: 4, deliveriesMax: 2 };

messageBusContract('in-process bus', () => {
  const bus = inProcessBus({ bellsMax: 100, deliveriesMax: 8 });
  const bells: Doorbell[] = [];
  bus.connect((each) => Promise.resolve(bells.push(each)));
  return Promise.resolve({
    bus,
    heard: () => bus.quiet().then(() => bells),
    close: () => bus.stop(),
  });
});

test('bells are delivered after ringing has returned, in order and a few at a time', async () => {
  const bus = inProcessBus(limits);
  const heard: bigint[] = [];
  let [atOnce, most] = [0, 0];
  bus.connect(async (each) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await Promise.resolve();
    heard.push(each.height);
    atOnce -= 1;
  });
  const rung = bus.ring([1, 2, 3].map(bell));
  assert.deepEqual(heard, []);
  await rung;
  await bus.quiet();
  assert.deepEqual([heard, most], [[1n, 2n, 3n], 2]);
});

test('bells wait until someone listens; more than fit are dropped, and equal ones merged', async () => {
  const bus = inProcessBus(limits);
  await bus.ring([1, 1, 2, 3, 4, 4, 5, 6].map(bell));
  assert.deepEqual(bus.counts(), { waiting: 4, delivered: 0, dropped: 2, failed: 0 });
  bus.connect(() => Promise.resolve());
  await bus.quiet();
  assert.deepEqual(bus.counts(), { waiting: 0, delivered: 4, dropped: 2, failed: 0 });
});

test('a delivery that fails does not keep the others', async () => {
  const bus = inProcessBus(limits);
  bus.connect((each) => (each.height === 1n ? Promise.reject(new Error('no')) : Promise.resolve()));
  await bus.ring([1, 2, 3].map(bell));
  await bus.quiet();
  assert.deepEqual(bus.counts(), { waiting: 0, delivered: 2, dropped: 0, failed: 1 });
});

test('a bell rung while its delivery is under way is delivered again', async () => {
  const bus = inProcessBus(limits);
  let heard = 0;
  bus.connect(async (each) => {
    heard += 1;
    if (heard === 1) await bus.ring([each]);
  });
  await bus.ring([bell(1)]);
  await bus.quiet();
  assert.equal(heard, 2);
});

test('a stopped bus finishes what is under way and takes no more', async () => {
  const bus = inProcessBus({ bellsMax: 4, deliveriesMax: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  bus.connect(() => promise);
  await bus.ring([1, 2].map(bell));
  const stopped = bus.stop();
  await bus.ring([bell(3)]);
  resolve();
  await stopped;
  assert.deepEqual(bus.counts(), { waiting: 0, delivered: 1, dropped: 2, failed: 0 });
});
