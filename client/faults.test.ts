import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainReply } from '#protocol/chain/requests.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import {
  afterCrash,
  type ClientWorld,
  chainOf,
  clientWorld,
  granted,
  openClient,
  refusedAs,
} from '#test/support/client-world.ts';
import { parseAmount } from './amount.ts';

const one = granted(parseAmount('1'));
const pay = { from: 'alice', to: 'bob', amount: one } as const;

const nextAt = async (world: ClientWorld, name: string) =>
  await Promise.all(
    world.validators.map(async ({ ports }) => {
      const { head } = await ports.chains.loadHead(chainOf(world, name));
      return head?.next ?? 0n;
    }),
  );

test('too many faults: no quorum, the funds intact, the block kept and then resumed', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const [first, second] = world.validators;
  assert.ok(first && second);
  first.switch.mode = 'down';
  granted(await client.transfer(pay));
  second.switch.mode = 'down';
  const failed = await client.transfer(pay);
  assert.equal(refusedAs(failed), 'no-quorum');
  assert.ok(!failed.ok && failed.error.found.includes('unreachable'));
  const pending = await wallet.pending(chainOf(world, 'alice'));
  assert.equal(pending?.proposal.block.height, 1n);
  assert.equal(refusedAs(await client.transfer(pay)), 'block-pending');
  assert.equal(refusedAs(await client.retryPending('alice')), 'no-quorum');
  first.switch.mode = 'up';
  second.switch.mode = 'up';
  const resumed = granted(await client.retryPending('alice'));
  const certified = await client.findBlock(resumed.block.hash);
  assert.deepEqual(certified?.block.proposed, pending?.proposal.block);
  await client.close();
  assert.deepEqual(await nextAt(world, 'alice'), [2n, 2n, 2n, 2n]);
  assert.equal(await wallet.pending(chainOf(world, 'alice')), undefined);
});

/** How long a transfer takes in the middle of seven, in milliseconds. */
async function median({ client }: Awaited<ReturnType<typeof openClient>>): Promise<number> {
  const little = { ...pay, amount: granted(parseAmount('0.01')), pipeline: true };
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    const start = performance.now();
    granted(await client.transfer(little));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[3] ?? 0;
}

test('one slow or dead validator adds less than a fifth to the time of a transfer', async () => {
  const world = clientWorld();
  const opened = await openClient(world, ['alice', 'bob']);
  const [one] = world.validators;
  assert.ok(one);
  for (const { switch: control } of world.validators) control.delayMs = 30;
  const usual = await median(opened);
  one.switch.delayMs = 400;
  const slow = await median(opened);
  one.switch.mode = 'hung';
  const dead = await median(opened);
  const most = usual * 1.2 + 5;
  assert.ok(slow < most && dead < most, `${usual}, slow ${slow}, dead ${dead} ms`);
  await opened.client.close();
});

test('of seven validators one may be slow and another dead, and nobody notices', async () => {
  const world = clientWorld({ count: 7 });
  const opened = await openClient(world, ['alice', 'bob']);
  const [one, , , two] = world.validators;
  assert.ok(one && two);
  for (const { switch: control } of world.validators) control.delayMs = 30;
  const usual = await median(opened);
  one.switch.delayMs = 400;
  two.switch.mode = 'hung';
  const impaired = await median(opened);
  assert.ok(impaired < usual * 1.2 + 5, `${usual}, then ${impaired} ms`);
  await opened.client.close();
});

test('a validator that missed everything is brought up to date in passing', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const [lagging, other] = world.validators;
  assert.ok(lagging && other);
  lagging.switch.mode = 'down';
  const little = { ...pay, amount: granted(parseAmount('0.1')), pipeline: true };
  for (let i = 0; i < 150; i++) granted(await client.transfer(little));
  await client.close();
  lagging.switch.mode = 'up';
  other.switch.mode = 'down';
  const again = await openClient(world, ['alice', 'bob']);
  const start = process.cpuUsage();
  granted(await again.client.transfer(pay));
  const { user, system } = process.cpuUsage(start);
  const perSecond = 150 / ((user + system) / 1e6);
  assert.ok(perSecond >= 500, `${perSecond} blocks a second`);
  await again.client.close();
});

test('wherever the client dies, the same block becomes final, once', async () => {
  for (let deathAt = 1; ; deathAt++) {
    const world = clientWorld();
    const device = (await openClient(world, ['alice', 'bob'])).device;
    let steps = 0;
    const died = Promise.withResolvers<void>();
    const step = () => {
      if (++steps < deathAt) return undefined;
      died.resolve();
      return new Promise<void>(() => undefined);
    };
    device.onStep = step;
    for (const { switch: control } of world.validators) control.onRequest = step;
    const { client } = await openClient(world, ['alice', 'bob'], device);
    const done = client.transfer(pay);
    const ended = await Promise.race([done.then(() => 'done'), died.promise.then(() => 'died')]);
    const disk = afterCrash(device);
    for (const { switch: control } of world.validators) control.onRequest = undefined;
    const again = await openClient(world, ['alice', 'bob'], disk);
    const saved = await again.wallet.pending(chainOf(world, 'alice'));
    const resumed = await again.client.retryPending('alice');
    // What was certified before is sent when the client starts, and then there is nothing left.
    assert.ok(resumed.ok || resumed.error.kind === 'nothing-pending');
    if (saved) {
      const chain = chainOf(world, 'alice');
      const certified = await again.client.block(chain, blockHeight(0n));
      assert.deepEqual(certified?.block.proposed, saved.proposal.block, `death at ${deathAt}`);
    }
    await again.client.close();
    const bob = granted(await again.client.balance('bob'));
    assert.equal(bob.incoming, saved || ended === 'done' ? one : 0n);
    const next = saved || ended === 'done' ? 1n : 0n;
    assert.deepEqual(await nextAt(world, 'alice'), Array(4).fill(next), `death at ${deathAt}`);
    if (ended === 'done') {
      assert.ok(deathAt > 25, `${deathAt} places to die`);
      break;
    }
  }
});

test('a certificate is stored here before success is told, and sent at the next start', async () => {
  const world = clientWorld();
  const { client, device } = await openClient(world, ['alice', 'bob']);
  for (const { switch: control } of world.validators) {
    control.onRequest = (request) =>
      request.kind === 'confirmed' ? new Promise<void>(() => undefined) : undefined;
  }
  granted(await client.transfer({ ...pay, pipeline: true }));
  const disk = afterCrash(device);
  for (const { switch: control } of world.validators) control.onRequest = undefined;
  assert.deepEqual(await nextAt(world, 'alice'), [0n, 0n, 0n, 0n]);
  const again = await openClient(world, ['alice', 'bob'], disk);
  assert.ok(await again.client.block(chainOf(world, 'alice'), blockHeight(0n)));
  await again.client.close();
  assert.deepEqual(await nextAt(world, 'alice'), [1n, 1n, 1n, 1n]);
  assert.equal(await again.wallet.pending(chainOf(world, 'alice')), undefined);
});

for (const kind of ['internal-fault', 'newer-rule']) {
  test(`a block that a quorum validated stays pending, though some answer ${kind}`, async () => {
    const world = clientWorld();
    const { client, wallet } = await openClient(world, ['alice', 'bob']);
    const refusal = { kind, remedy: 'fix', found: 'this', expected: 'that' };
    const other: ChainReply = { previous: undefined, decided: { kind: 'refused', refusal } };
    for (const { switch: control, seat } of world.validators) {
      control.onRequest = (request) =>
        request.kind === 'validated' && seat >= 2 ? other : undefined;
    }
    assert.equal(refusedAs(await client.transfer(pay)), kind);
    const pending = await wallet.pending(chainOf(world, 'alice'));
    assert.ok(pending);
    for (const { switch: control } of world.validators) control.onRequest = undefined;
    const { block } = granted(await client.retryPending('alice'));
    assert.equal(block.height, pending.proposal.block.height);
    await client.close();
  });
}

test('a block stays pending while validators have faults of their own', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const refusal = { kind: 'internal-fault', remedy: 'retry', found: 'this', expected: 'that' };
  for (const { switch: control, seat } of world.validators) {
    control.onRequest = () =>
      seat >= 2 ? { previous: undefined, decided: { kind: 'refused', refusal } } : undefined;
  }
  assert.equal(refusedAs(await client.transfer(pay)), 'internal-fault');
  assert.ok(await wallet.pending(chainOf(world, 'alice')));
  await client.close();
});
