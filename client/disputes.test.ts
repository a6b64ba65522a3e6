import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roundText } from '#protocol/block/round.ts';
import { blockHeight, duration, timestamp } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import { passing } from '#test/support/client-time.ts';
import { afterCrash, chainOf, granted, openClient, refusedAs } from '#test/support/client-world.ts';
import {
  bothOwn,
  carolGets,
  close,
  deviceOf,
  one,
  openGates,
  second,
  sharedWorld,
  two,
  vanishing,
} from '#test/support/shared-chain.ts';

test('two owners whose votes are split get through time-outs to a single-leader block', async () => {
  const world = sharedWorld();
  const alice = await deviceOf(world, 'alice');
  const bob = await deviceOf(world, 'bob');
  // The proposals reach half of the validators each, before anything else does.
  const alices = new Set<string>();
  for (const { switch: control, seat } of world.validators) {
    control.onRequest = async (request) => {
      if (request.kind !== 'propose' || request.proposal.round.kind !== 'multi-leader') return;
      const key = request.proposal.publicKey.bytes.join();
      if (alices.size === 0) alices.add(key);
      if (alices.has(key) !== seat < 2) await world.clock.sleep(duration(100_000n));
    };
  }
  const results = await passing(world.clock, Promise.all([alice.pay(one), bob.pay(two)]));
  assert.deepEqual(results.map((done) => (done.ok ? 'final' : done.error.kind)).sort(), [
    'conflict',
    'final',
  ]);
  const won = results.find((done) => done.ok);
  assert.ok(won?.ok && won.value.block.round.startsWith('single-leader:'));
  assert.equal(await carolGets(world), results[0]?.ok ? one : two);
  await close(world, alice, bob);
});

test('when the leader is dead, its rounds time out until the other owner leads', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    ...bothOwn([alice, bob]),
    multiLeaderRounds: 0,
    firstLeader: bob,
  }));
  const alice = await deviceOf(world, 'alice');
  const start = world.clock.now();
  const done = granted(await passing(world.clock, alice.pay(one)));
  assert.equal(done.block.round, 'single-leader:1');
  const took = world.clock.now() - start;
  assert.ok(took >= 10n * second && took < 14n * second, `${took} µs`);
  await close(world, alice);
});

test('a block that another owner had validated is finished by whoever comes next', async () => {
  const world = sharedWorld();
  await vanishing(world, 'bob', ({ kind }, seat) => kind === 'propose' || seat < 1);
  const alice = await deviceOf(world, 'alice');
  assert.equal(refusedAs(await passing(world.clock, alice.pay(two))), 'conflict');
  granted(await passing(world.clock, alice.pay(two)));
  assert.equal(await carolGets(world), one + two);
  await close(world, alice);
});

test('a lock is proposed again in a later round by another owner, from what a validator stored', async () => {
  const world = sharedWorld();
  const [holder, , , last] = world.validators;
  assert.ok(holder && last);
  await vanishing(world, 'bob', ({ kind }, seat) => kind === 'propose' || seat === holder.seat);
  // The only validator with the lock is away until the others have given up its round.
  holder.switch.mode = 'down';
  last.switch.onRequest = ({ kind }) => {
    if (kind === 'timeout') {
      holder.switch.mode = 'up';
      last.switch.mode = 'down';
    }
    return undefined;
  };
  const alice = await deviceOf(world, 'alice');
  const lost = await passing(world.clock, alice.pay(two));
  assert.ok(!lost.ok && lost.error.kind === 'conflict');
  const final = await alice.client.block(chainOf(world, 'alice'), blockHeight(0n));
  assert.equal(final?.block.hash, lost.error.found);
  assert.equal(final?.certificate.round.kind, 'single-leader');
  openGates(world);
  last.switch.mode = 'up';
  await close(world, alice);
  assert.equal(await carolGets(world), one);
});

test('a validator that missed all time-outs is brought to the round by the proposal', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    ...bothOwn([alice, bob]),
    multiLeaderRounds: 0,
    firstLeader: bob,
  }));
  const [other, , , absent] = world.validators;
  assert.ok(absent && other);
  absent.switch.mode = 'down';
  let isNow = false;
  other.switch.onRequest = ({ kind }) => {
    if (kind !== 'propose') return undefined;
    // From here on the other three must do, of which one knows of no time-out.
    isNow = true;
    other.switch.mode = 'down';
    absent.switch.mode = 'up';
    return new Promise<void>(() => undefined);
  };
  const alice = await deviceOf(world, 'alice');
  const done = granted(await passing(world.clock, alice.pay(one)));
  assert.ok(isNow && (absent.switch.calls.get('timeout') ?? 0) > 0);
  assert.equal(done.block.round, 'single-leader:1');
  await close(world, alice);
});

test('a validator whose word about its deadline is false delays nobody', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    ...bothOwn([alice, bob]),
    multiLeaderRounds: 0,
    firstLeader: bob,
  }));
  const [liar, gone] = world.validators;
  assert.ok(liar && gone);
  gone.switch.mode = 'hung';
  liar.switch.lie = {
    async info(chain, flags) {
      const info = await liar.honest.info(chain, flags);
      return info.ok ? ok({ ...info.value, deadline: timestamp(1n << 62n) }) : info;
    },
  };
  const alice = await deviceOf(world, 'alice');
  const start = world.clock.now();
  const done = granted(await passing(world.clock, alice.pay(one)));
  assert.equal(done.block.round, 'single-leader:1');
  const took = world.clock.now() - start;
  assert.ok(took >= 10n * second && took < 14n * second, `${took} µs`);
  await close(world, alice);
});

test('whatever the round, a proposal is saved before a validator sees it', async () => {
  const world = sharedWorld();
  await vanishing(world, 'bob', ({ kind }, seat) => kind === 'propose' && seat < 2);
  const alice = await deviceOf(world, 'alice');
  const seen = new Set<string>();
  for (const { switch: control } of world.validators) {
    control.onRequest = async (request) => {
      if (request.kind !== 'propose') return;
      const saved = await alice.wallet.pending(request.proposal.block.chain);
      assert.deepEqual(saved?.proposal, request.proposal);
      seen.add(roundText(request.proposal.round));
    };
  }
  granted(await passing(world.clock, alice.pay(two)));
  assert.deepEqual([...seen], ['multi-leader:0', 'single-leader:0']);
  await close(world, alice);
});

test('wherever an owner dies in a dispute, its block becomes final, once', async () => {
  for (let deathAt = 1; ; deathAt += 4) {
    const world = sharedWorld();
    await vanishing(world, 'bob', ({ kind }, seat) => kind === 'propose' && seat < 2);
    const { pay, device } = await deviceOf(world, 'alice');
    let steps = 0;
    const died = Promise.withResolvers<'died'>();
    const step = () => {
      if (++steps < deathAt) return undefined;
      died.resolve('died');
      return new Promise<void>(() => undefined);
    };
    device.onStep = step;
    for (const { switch: control } of world.validators) control.onRequest = step;
    const paid = pay(two).then(() => 'paid' as const);
    const ended = await passing(world.clock, Promise.race([paid, died.promise]));
    openGates(world);
    const disk = afterCrash(device);
    const again = await passing(world.clock, openClient(world, [], disk));
    const shared = chainOf(world, 'alice');
    const saved = await again.wallet.pending(shared);
    const resumed = await passing(world.clock, again.client.retryPending('shared'));
    const outcome = resumed.ok ? 'final' : resumed.error.kind;
    assert.ok(['final', 'nothing-pending'].includes(outcome), `${outcome}, death at ${deathAt}`);
    const final = await again.client.block(shared, blockHeight(0n));
    if (saved) assert.deepEqual(final?.block.proposed, saved.proposal.block, `at ${deathAt}`);
    await passing(world.clock, again.client.close());
    // What was cleared was final; what was never saved was never sent.
    assert.equal(await carolGets(world), final ? two : 0n);
    if (ended === 'paid') {
      assert.ok(deathAt > 40, `${deathAt} places to die`);
      break;
    }
  }
});
