import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '#client/amount.ts';
import { ownerOf, ownerText } from '#protocol/block/owner.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { clientClock, passing } from '#test/support/client-time.ts';
import {
  chainOf,
  clientWorld,
  granted,
  newDevice,
  openClient,
  testKeys,
} from '#test/support/client-world.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';

const little = granted(parseAmount('0.01'));
const blocksEach = 3;

/** A chain of so many owners, each with a device, on validators some milliseconds away. */
async function contenders(count: number) {
  const clock = clientClock();
  const seeds = Array.from({ length: count }, () => testKeys.random(32));
  const owners = seeds
    .map((seed) => ({ owner: ownerOf(testKeys.signer(seed, 'ed25519').publicKey), weight: 1n }))
    .sort((a, b) => (ownerText(a.owner) < ownerText(b.owner) ? -1 : 1));
  const reshape = firstChainOwned(() => ({ superOwners: [], owners }));
  const world = clientWorld({ clock, reshape });
  let turn = 0;
  for (const { switch: control } of world.validators) {
    control.onRequest = async () => {
      turn = (turn * 5 + 3) % 64;
      await clock.sleep(duration(BigInt(20_000 + turn * 500)));
    };
  }
  const chain = chainOf(world, 'alice');
  const devices = seeds.map(async (seed) => {
    const opened = await openClient(world, [], newDevice());
    granted(await opened.wallet.addChain({ id: chain, name: 'shared', seed }));
    return opened.client;
  });
  return { world, clock, clients: await passing(clock, Promise.all(devices)) };
}

test('owners who all propose at once get their blocks one after another, without a time-out', async () => {
  const { world, clock, clients } = await contenders(4);
  const start = clock.now();
  const to = chainOf(world, 'carol');
  const rounds: string[] = [];
  const all = clients.map(async (client) => {
    for (let done = 0; done < blocksEach; ) {
      const paid = await client.transfer({ from: 'shared', to, amount: little });
      assert.ok(paid.ok || paid.error.kind === 'conflict', paid.ok ? '' : paid.error.kind);
      if (!paid.ok) continue;
      rounds.push(paid.value.block.round);
      done++;
    }
  });
  await passing(clock, Promise.all(all));
  assert.ok(rounds.every((round) => round.startsWith('multi-leader:')));
  for (const { switch: control } of world.validators) {
    assert.equal(control.calls.get('request-timeout'), undefined);
  }
  const took = clock.now() - start;
  assert.ok(took < 6_000_000n, `${took} µs for ${rounds.length} blocks`);
  await passing(clock, Promise.all(clients.map((client) => client.close())));
});
