import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import {
  afterCrash,
  chainOf,
  clientWorld,
  granted,
  openClient,
  refusedAs,
  testKeys,
} from '#test/support/client-world.ts';
import { parseAmount } from '../amount.ts';
import { childrenOf } from './adopt-children.ts';

const balance = granted(parseAmount('10'));

/** A device that dies at its step number `count` while it opens a chain for a key of its own. */
async function openUntil(count: number) {
  const world = clientWorld();
  const { client, wallet, device } = await openClient(world, ['alice']);
  const owners = granted(await wallet.addKey({ kind: 'ed25519', seed: testKeys.random(32) }));
  const { promise: died, resolve: die } = Promise.withResolvers<'died'>();
  let steps = 0;
  device.onStep = () => {
    steps++;
    if (steps < count) return undefined;
    die('died');
    return new Promise<void>(() => undefined);
  };
  const opened = client.openChain({ chain: 'alice', owners, balance, name: 'savings' });
  const outcome = await Promise.race([died, opened]);
  return { world, device, isDead: outcome === 'died' };
}

test('wherever the client dies, a chain that was opened for it is in its wallet in the end', async () => {
  let opened = 0;
  for (let count = 1; ; count++) {
    const { world, device, isDead } = await openUntil(count);
    if (!isDead) break;
    const { client, wallet } = await openClient(world, ['alice'], afterCrash(device));
    const resumed = await client.retryPending('alice');
    if (!resumed.ok) assert.equal(refusedAs(resumed), 'nothing-pending');
    const first = await client.block(chainOf(world, 'alice'), blockHeight(0n));
    // What was left is sent first, and with it what it opened is listed.
    await client.close();
    if (!first) continue;
    opened++;
    const [child] = childrenOf(first.block);
    assert.ok(child);
    assert.ok(await wallet.record(child.id), `step ${count}`);
    const again = await openClient(world, [], afterCrash(device));
    assert.equal(granted(await again.client.balance(child.id)).confirmed, balance);
    await again.client.close();
  }
  assert.ok(opened > 3, `${opened} opened`);
});
