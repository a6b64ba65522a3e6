import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { chainOwner, ownerText } from '#protocol/block/owner.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { chainOf, clientWorld, granted, openClient } from '#test/support/client-world.ts';
import { parseAmount } from './amount.ts';

const one = granted(parseAmount('1'));
const all = ['alice', 'bob', 'carol'];

const transferTo = (chain: ChainId, atto = 1n): Operation => ({
  kind: 'transfer',
  from: chainOwner,
  to: { chain, owner: chainOwner },
  amount: amount(atto),
});

test('one attempt repairs a validator that lacks the blocks of several senders', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, all);
  const [lagging, other] = world.validators;
  assert.ok(lagging && other);
  lagging.switch.mode = 'down';
  // Between the blocks for bob are others, which he needs not.
  for (let i = 0; i < 3; i++) {
    granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
    granted(await client.transfer({ from: 'alice', to: 'carol', amount: one }));
    granted(await client.transfer({ from: 'carol', to: 'bob', amount: one }));
  }
  await client.close();
  lagging.switch.mode = 'up';
  other.switch.mode = 'down';
  const bob = await openClient(world, ['bob']);
  const receipt = granted(await bob.client.processInbox('bob'));
  assert.deepEqual([receipt.taken, receipt.received], [6, 6n * one]);
  await bob.client.close();
  const { head } = await lagging.ports.chains.loadHead(chainOf(world, 'bob'));
  assert.equal(head?.next, 1n);
});

test('a recipient keeps only those blocks of a sender that have messages for it', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, all);
  for (const to of ['bob', 'carol', 'carol', 'bob']) {
    granted(await client.transfer({ from: 'alice', to, amount: one }));
  }
  await client.close();
  const bob = await openClient(world, ['bob']);
  assert.equal(granted(await bob.client.balance('bob')).incoming, 2n * one);
  const heights = [0n, 1n, 2n, 3n].map((height) => height as never);
  const kept = await bob.device.store.loadBlocks(chainOf(world, 'alice'), heights);
  assert.deepEqual([...kept.keys()], [0n, 3n]);
  granted(await bob.client.processInbox('bob'));
  assert.equal(granted(await bob.client.balance('bob')).confirmed, 102n * one);
  await bob.client.close();
});

test('a block takes at most 300 bundles, in order, and what is left is for the next', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const bob = chainOf(world, 'bob');
  for (let i = 0; i < 4; i++) {
    const operations = Array.from({ length: 100 }, () => transferTo(bob));
    granted(await client.execute({ chain: chainOf(world, 'alice'), operations, pipeline: true }));
  }
  const first = granted(await client.processInbox('bob'));
  assert.deepEqual([first.taken, first.received, first.left], [300, 300n, 100]);
  const second = granted(await client.processInbox('bob'));
  assert.deepEqual([second.taken, second.received, second.left], [100, 100n, 0]);
  await client.close();
});

test('certificates ride with the next block, and the last follows by itself', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const pay = { from: 'alice', to: 'bob', amount: one, pipeline: true } as const;
  for (let i = 0; i < 5; i++) granted(await client.transfer(pay));
  const [validator] = world.validators;
  assert.equal(validator?.switch.calls.get('confirmed'), undefined);
  await new Promise((done) => setTimeout(done, 150));
  assert.equal(validator?.switch.calls.get('confirmed'), 1);
  const { head } = (await validator?.ports.chains.loadHead(chainOf(world, 'alice'))) ?? {};
  assert.equal(head?.next, 5n);
  assert.equal(await wallet.pending(chainOf(world, 'alice')), undefined);
  await client.close();
});

test('money can go to and from the accounts of owners', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const key = (await wallet.record(chainOf(world, 'bob')))?.owner;
  assert.ok(key);
  const account = `${ownerText(key)}@bob`;
  granted(await client.transfer({ from: 'alice', to: account, amount: one }));
  assert.equal(granted(await client.balance(account)).incoming, one);
  assert.equal(granted(await client.balance('bob')).incoming, 0n);
  granted(await client.processInbox('bob'));
  granted(await client.transfer({ from: account, to: 'bob', amount: one }));
  assert.equal(granted(await client.balance('bob')).confirmed, 101n * one);
  await client.close();
});

test('the status names each validator, what it says, and whether it answers', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
  const [down] = world.validators;
  assert.ok(down);
  down.switch.mode = 'down';
  const status = await client.validators();
  assert.deepEqual(
    status.map(({ answer }) => answer.kind),
    ['unreachable', 'reachable', 'reachable', 'reachable'],
  );
  assert.equal(status[1]?.heights.get(chainOf(world, 'alice')), 1n);
  await client.close();
});

test('a new device takes what is left of a block of which another device took a part', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const bob = chainOf(world, 'bob');
  for (const count of [250, 100, 1]) {
    const operations = Array.from({ length: count }, () => transferTo(bob));
    granted(await client.execute({ chain: chainOf(world, 'alice'), operations }));
  }
  assert.equal(granted(await client.processInbox('bob')).left, 51);
  await client.close();
  // The chain comes first here, so its blocks took what this device has not seen arrive.
  const fresh = await openClient(world, ['bob']);
  granted(await fresh.client.sync('bob'));
  assert.equal(granted(await fresh.client.balance('bob')).incoming, 51n);
  const rest = granted(await fresh.client.processInbox('bob'));
  assert.deepEqual([rest.taken, rest.left], [51, 0]);
  await fresh.client.close();
});
