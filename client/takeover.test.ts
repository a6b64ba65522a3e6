import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '#client/amount.ts';
import { ownerText } from '#protocol/block/owner.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { amount, duration } from '#protocol/primitives/numbers.ts';
import { clientClock, passing } from '#test/support/client-time.ts';
import {
  afterCrash,
  type ClientWorld,
  clientWorld,
  type Device,
  granted,
  newDevice,
  openClient,
  refusedAs,
} from '#test/support/client-world.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { gate, openGates } from '#test/support/shared-chain.ts';

const one = granted(parseAmount('1'));
const two = granted(parseAmount('2'));
const toBob = { from: 'alice', to: 'bob', amount: one } as const;
const toCarol = { from: 'alice', to: 'carol', amount: two } as const;

/** A device whose transfer stopped where the gate closed; its process is gone. */
async function stopped(
  world: ClientWorld,
  transfer: Parameters<Awaited<ReturnType<typeof openClient>>['client']['transfer']>[0],
  isLet: (request: ChainRequest, seat: number) => boolean,
): Promise<Device> {
  const { client, device } = await openClient(world, ['alice', 'bob', 'carol']);
  gate(world, isLet);
  await Promise.race([client.transfer(transfer), new Promise((done) => setTimeout(done, 150))]);
  openGates(world);
  return afterCrash(device);
}

const incoming = async (world: ClientWorld) => {
  const { client } = await openClient(world, ['alice', 'bob', 'carol']);
  const bob = granted(await client.balance('bob'));
  const carol = granted(await client.balance('carol'));
  await client.close();
  return [bob.incoming, carol.incoming].map((value) => amountText(amount(value)));
};

test('another device finishes a block that a quorum validated, and its own is a conflict', async () => {
  const world = clientWorld();
  await stopped(world, toBob, ({ kind }, seat) => kind === 'propose' || seat < 2);
  const second = await openClient(world, ['alice', 'bob', 'carol']);
  const lost = await second.client.transfer(toCarol);
  assert.equal(refusedAs(lost), 'conflict');
  assert.deepEqual(await incoming(world), ['1', '0']);
  granted(await second.client.transfer(toCarol));
  await second.client.close();
  assert.deepEqual(await incoming(world), ['1', '2']);
});

test('after split votes both devices go on, one block is final, the other a conflict', async () => {
  const world = clientWorld();
  const first = await openClient(world, ['alice', 'bob', 'carol']);
  const second = await openClient(world, ['alice', 'bob', 'carol']);
  // Each proposal reaches its half of the validators first.
  for (const { switch: control, seat } of world.validators) {
    let held = true;
    control.onRequest = async (request) => {
      if (request.kind !== 'propose' || !held) return;
      const isBobs = JSON.stringify(request.proposal.block.transactions, (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      ).includes(`${one}`);
      if (isBobs !== seat < 2) await new Promise((done) => setTimeout(done, 30));
      held = false;
    };
  }
  const results = await Promise.all([
    first.client.transfer(toBob),
    second.client.transfer(toCarol),
  ]);
  assert.deepEqual(results.map((one) => (one.ok ? 'final' : one.error.kind)).sort(), [
    'conflict',
    'final',
  ]);
  const winner = results.find((one) => one.ok);
  assert.ok(winner?.ok && winner.value.block.round !== 'multi-leader:0');
  await first.client.close();
  await second.client.close();
  const sums = await incoming(world);
  assert.ok(sums.join() === '1,0' || sums.join() === '0,2', sums.join());
});

test('a client that is behind learns it, pulls, and reports the block that took the height', async () => {
  const world = clientWorld();
  const stale = await openClient(world, ['alice', 'bob', 'carol']);
  granted(await stale.client.transfer(toBob));
  const other = await openClient(world, ['alice', 'bob', 'carol']);
  const won = granted(await other.client.transfer(toBob));
  const lost = await stale.client.transfer(toCarol);
  assert.ok(!lost.ok && lost.error.kind === 'conflict');
  assert.equal(lost.error.found, won.block.hash);
  const next = granted(await stale.client.transfer(toCarol));
  assert.equal(next.block.height, 2n);
  await stale.client.close();
  await other.client.close();
});

test('a new device pulls what the others did before its first block', async () => {
  const world = clientWorld();
  const first = await openClient(world, ['alice', 'bob', 'carol']);
  for (let i = 0; i < 5; i++) granted(await first.client.transfer(toBob));
  await first.client.close();
  const second = await openClient(world, ['alice', 'bob', 'carol']);
  assert.equal(granted(await second.client.transfer(toCarol)).block.height, 5n);
  await second.client.close();
});

test('fast rounds start a height after they are switched on, and take one round trip', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob', 'carol']);
  granted(await client.setFast('alice', true));
  const rounds: string[] = [];
  for (let i = 0; i < 3; i++) rounds.push(granted(await client.transfer(toBob)).block.round);
  assert.deepEqual(rounds, ['multi-leader:0', 'fast', 'fast']);
  granted(await client.setFast('alice', false));
  assert.equal(granted(await client.transfer(toBob)).block.round, 'multi-leader:0');
  assert.equal(refusedAs(await client.setFast('nobody', true)), 'unknown-name');
  const [, , , validated] = world.validators;
  assert.equal(validated?.switch.calls.get('validated'), 2);
  await client.close();
});

test('of two devices that use fast rounds, the one that finds out stops', async () => {
  const world = clientWorld();
  const alice = world.development.chainKeys[0]?.chain;
  assert.ok(alice);
  const first = await openClient(world, ['alice', 'bob', 'carol']);
  const second = await openClient(world, ['alice', 'bob', 'carol']);
  for (const { client } of [first, second]) granted(await client.setFast('alice', true));
  for (let i = 0; i < 3; i++) granted(await first.client.transfer(toBob));
  assert.equal(refusedAs(await second.client.transfer(toCarol)), 'conflict');
  const done = granted(await second.client.transfer(toCarol));
  assert.equal(done.block.round, 'multi-leader:0');
  assert.equal((await second.wallet.record(alice))?.fast, undefined);
  await first.client.close();
  await second.client.close();
});

test('a device that never saw the fast proposal of another finishes it', async () => {
  const world = clientWorld();
  const first = await openClient(world, ['alice', 'bob', 'carol']);
  granted(await first.client.setFast('alice', true));
  granted(await first.client.transfer(toBob));
  await first.client.close();
  const gone = await openClient(world, ['alice', 'bob', 'carol'], first.device);
  gate(world, ({ kind }, seat) => kind === 'propose' && seat < 2);
  await Promise.race([gone.client.transfer(toBob), new Promise((done) => setTimeout(done, 150))]);
  openGates(world);
  const second = await openClient(world, ['alice', 'bob', 'carol']);
  assert.equal(refusedAs(await second.client.transfer(toCarol)), 'conflict');
  await second.client.close();
  assert.deepEqual(await incoming(world), ['2', '0']);
  const again = await openClient(world, ['alice', 'bob', 'carol'], afterCrash(first.device));
  const resumed = await again.client.retryPending('alice');
  assert.equal(granted(resumed).block.height, 1n);
  await again.client.close();
});

test('each stage of a block is resumed after a crash', async () => {
  const stages = [
    () => false,
    ({ kind }: ChainRequest, seat: number) => kind === 'propose' && seat < 2,
    ({ kind }: ChainRequest) => kind === 'propose',
    ({ kind }: ChainRequest, seat: number) => kind === 'propose' || seat < 2,
    ({ kind }: ChainRequest) => kind !== 'confirmed',
  ];
  for (const isLet of stages) {
    const world = clientWorld();
    const disk = await stopped(world, { ...toBob, pipeline: true }, isLet);
    const again = await openClient(world, ['alice', 'bob', 'carol'], disk);
    const resumed = await again.client.retryPending('alice');
    assert.ok(resumed.ok || resumed.error.kind === 'nothing-pending');
    await again.client.close();
    assert.deepEqual(await incoming(world), ['1', '0']);
  }
});

test('two processes of one wallet take turns, and lose nothing', async () => {
  const world = clientWorld();
  const device = newDevice();
  const first = await openClient(world, ['alice', 'bob', 'carol'], device);
  const second = await openClient(world, ['alice', 'bob', 'carol'], device);
  const done = await Promise.all(
    [first, second, first, second, first, second].map(({ client }) => client.transfer(toBob)),
  );
  for (const one of done) granted(one);
  assert.deepEqual(
    done.map((one) => Number(granted(one).block.height)).sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5],
  );
  await first.client.close();
  await second.client.close();
});

test('only the sole super owner, whose key is here, may switch fast rounds on', async () => {
  const shared = clientWorld({
    reshape: ({ header, rootChains }) => {
      const [alice, bob] = rootChains;
      assert.ok(alice && bob);
      const superOwners = [...alice.ownership.superOwners, ...bob.ownership.superOwners].sort(
        (a, b) => (ownerText(a) < ownerText(b) ? -1 : 1),
      );
      const ownership = { ...alice.ownership, superOwners };
      return { header, rootChains: [{ ...alice, ownership }, ...rootChains.slice(1)] };
    },
  });
  const { client, wallet } = await openClient(shared, ['alice', 'bob']);
  assert.equal(refusedAs(await client.setFast('alice', true)), 'fast-not-allowed');
  granted(await client.setFast('bob', true));
  const carol = shared.development.chainKeys[2]?.chain ?? '';
  assert.equal(refusedAs(await client.setFast(carol, true)), 'not-our-chain');
  assert.equal((await wallet.chains()).filter(({ fast }) => fast).length, 1);
  await client.close();
});

test('when others have used all multi-leader rounds, they time out and the block goes on', async () => {
  const clock = clientClock();
  const world = clientWorld({
    clock,
    reshape: firstChainOwned(() => ({ multiLeaderRounds: 1 })),
  });
  const rival = await passing(clock, openClient(world, ['alice', 'bob', 'carol']));
  gate(world, ({ kind }, seat) => kind === 'propose' && seat < 2);
  await passing(
    clock,
    Promise.race([rival.client.transfer(toBob), clock.sleep(duration(500_000n))]),
  );
  openGates(world);
  const { client } = await passing(clock, openClient(world, ['alice', 'bob', 'carol']));
  const done = granted(await passing(clock, client.transfer(toCarol)));
  assert.equal(done.block.round, 'single-leader:0');
  await passing(clock, client.close());
});
