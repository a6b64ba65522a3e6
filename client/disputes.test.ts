import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockHeight, duration } from '#protocol/primitives/numbers.ts';
import { passing } from '#test/support/client-time.ts';
import { chainOf, granted, refusedAs } from '#test/support/client-world.ts';
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
  assert.match(done.block.round, /^single-leader:[1-9]$/);
  const rounds = Number(done.block.round.slice('single-leader:'.length));
  const least = BigInt(rounds * 10 + (rounds * (rounds - 1)) / 2) * second;
  const took = world.clock.now() - start;
  assert.ok(took >= least && took < least + 10n * second, `${took} µs for ${rounds} rounds`);
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
  assert.match(done.block.round, /^single-leader:[1-9]$/);
  await close(world, alice);
});
