import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '#client/amount.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { passing } from '#test/support/client-time.ts';
import { chainOf, granted, openClient, refusedAs } from '#test/support/client-world.ts';
import {
  bothOwn,
  close,
  deviceOf,
  one,
  second,
  sharedWorld,
  timeouts,
  two,
  vanishing,
} from '#test/support/shared-chain.ts';

test('a regular owner collects the end of the fast round, and goes on', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    ...bothOwn([alice]),
    superOwners: bob ? [bob] : [],
    timeouts: timeouts({ fast: 5n }),
  }));
  const alice = await deviceOf(world, 'alice');
  const start = world.clock.now();
  const done = granted(await passing(world.clock, alice.pay(one)));
  assert.equal(done.block.round, 'multi-leader:0');
  const took = world.clock.now() - start;
  assert.ok(took >= 5n * second && took < 8n * second, `${took} µs`);
  await close(world, alice);
});

test('while a fast round never ends, a regular owner waits, and says so when it gives up', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    ...bothOwn([alice]),
    superOwners: bob ? [bob] : [],
  }));
  const alice = await deviceOf(world, 'alice');
  const start = world.clock.now();
  const waited = await passing(world.clock, alice.pay(one));
  assert.equal(refusedAs(waited), 'wait-for-timeout');
  const took = world.clock.now() - start;
  assert.ok(took >= 60n * second && took < 65n * second, `${took} µs`);
  assert.ok(await alice.wallet.pending(chainOf(world, 'alice')));
  // The super owner's block ends the wait of whoever resumes.
  const bob = await deviceOf(world, 'bob');
  const resumed = alice.client.retryPending('shared');
  const won = granted(await passing(world.clock, bob.pay(two)));
  const lost = await passing(world.clock, resumed);
  assert.ok(!lost.ok && lost.error.kind === 'conflict');
  assert.equal(lost.error.found, won.block.hash);
  await close(world, alice, bob);
});

test('a super owner proposes in a round that another leads, when that one is silent', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    ...bothOwn([bob]),
    superOwners: alice ? [alice] : [],
    multiLeaderRounds: 0,
    timeouts: timeouts({ fast: 5n }),
  }));
  const alice = await deviceOf(world, 'alice');
  const done = granted(await passing(world.clock, alice.pay(one)));
  assert.equal(done.block.round, 'single-leader:0');
  await close(world, alice);
});

test('several super owners never use the fast round', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    superOwners: bothOwn([alice, bob]).owners?.map(({ owner }) => owner) ?? [],
  }));
  const alice = await deviceOf(world, 'alice');
  assert.equal(refusedAs(await alice.client.setFast('shared', true)), 'fast-not-allowed');
  await alice.wallet.setFast(chainOf(world, 'alice'), blockHeight(0n));
  const done = granted(await passing(world.clock, alice.pay(one)));
  assert.equal(done.block.round, 'multi-leader:0');
  await close(world, alice);
});

test('strangers propose where rounds are open to all, and spend nothing', async () => {
  const world = sharedWorld(([alice]) => ({
    ...bothOwn([alice]),
    openMultiLeader: true,
  }));
  const bob = await deviceOf(world, 'bob');
  assert.equal(refusedAs(await passing(world.clock, bob.pay(one))), 'unauthenticated');
  const alice = await deviceOf(world, 'alice');
  const amount = granted(parseAmount('3'));
  const carol = await passing(world.clock, openClient(world, ['carol']));
  const to = chainOf(world, 'alice');
  granted(await passing(world.clock, carol.client.transfer({ from: 'carol', to, amount })));
  const taken = granted(await passing(world.clock, bob.client.processInbox('shared')));
  assert.equal(taken.received, amount);
  await close(world, alice, bob);
  await passing(world.clock, carol.client.close());
});

test('the key that is an owner signs, whichever the wallet names', async () => {
  const world = sharedWorld();
  const opened = await passing(world.clock, openClient(world, ['bob', 'carol']));
  const seed = world.development.chainKeys.find(({ name }) => name === 'carol')?.seed;
  const shared = chainOf(world, 'alice');
  granted(await opened.wallet.addChain({ id: shared, name: 'shared', seed }));
  const to = chainOf(world, 'carol');
  const done = granted(
    await passing(world.clock, opened.client.transfer({ from: 'shared', to, amount: one })),
  );
  assert.equal(done.block.height, 0n);
  await passing(world.clock, opened.client.close());
});

test('a wallet without a key of the chain proposes nothing on it', async () => {
  const world = sharedWorld();
  const carol = await deviceOf(world, 'carol');
  assert.equal(refusedAs(await passing(world.clock, carol.pay(one))), 'not-an-owner');
  assert.equal(await carol.wallet.pending(chainOf(world, 'alice')), undefined);
  await close(world, carol);
});

test('a pending block goes on with the key that it was made for', async () => {
  const world = sharedWorld();
  const disk = await vanishing(world, 'bob', () => false);
  const shared = chainOf(world, 'alice');
  const again = await passing(world.clock, openClient(world, [], disk));
  const seed = world.development.chainKeys.find(({ name }) => name === 'alice')?.seed;
  granted(await again.wallet.addChain({ id: shared, name: 'shared', seed }));
  const saved = await again.wallet.pending(shared);
  granted(await passing(world.clock, again.client.retryPending('shared')));
  const final = await again.client.block(shared, blockHeight(0n));
  assert.deepEqual(final?.block.proposed.signer, saved?.proposal.block.signer);
  await passing(world.clock, again.client.close());
});

test('a pending block whose key is gone does not stand in the way', async () => {
  const world = sharedWorld();
  const disk = await vanishing(world, 'bob', () => false);
  const shared = chainOf(world, 'alice');
  for (const key of disk.records.records.keys()) {
    if (key.startsWith('key/')) disk.records.records.delete(key);
  }
  const again = await passing(world.clock, openClient(world, [], disk));
  const seed = world.development.chainKeys.find(({ name }) => name === 'alice')?.seed;
  granted(await again.wallet.addChain({ id: shared, name: 'shared', seed }));
  assert.equal(refusedAs(await again.client.retryPending('shared')), 'not-our-chain');
  const to = chainOf(world, 'carol');
  const paid = again.client.transfer({ from: 'shared', to, amount: two });
  granted(await passing(world.clock, paid));
  await passing(world.clock, again.client.close());
});
