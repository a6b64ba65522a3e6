import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '#client/amount.ts';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { passing } from '#test/support/client-time.ts';
import { chainOf, clientWorld, granted, openClient, testKeys } from '#test/support/client-world.ts';
import {
  bothOwn,
  close,
  deviceOf,
  one,
  sharedWorld,
  timeouts,
} from '#test/support/shared-chain.ts';

test('a validator that never heard of a child chain is sent the block that opened it', async () => {
  const world = clientWorld();
  const [absent, other] = world.validators;
  assert.ok(absent && other);
  const { client, wallet } = await openClient(world, ['alice']);
  const seed = testKeys.random(32);
  const balance = granted(parseAmount('5'));
  const config = {
    ownership: walletOwnership(ownerOf(testKeys.signer(seed, 'ed25519').publicKey)),
    epoch: epoch(0),
    account: chainOwner,
    balance,
    permissions: openPermissions,
  };
  absent.switch.mode = 'down';
  const chain = chainOf(world, 'alice');
  const opened = granted(
    await client.execute({ chain, operations: [{ kind: 'open-chain', config }] }),
  );
  const certified = await client.block(chain, opened.block.height);
  const child = chainIdFromText(certified?.block.outcome.blobs[0]?.blob ?? '');
  assert.ok(child);
  granted(await wallet.addChain({ id: child, name: 'child', seed }));
  absent.switch.mode = 'up';
  other.switch.mode = 'down';
  granted(await client.transfer({ from: 'child', to: 'alice', amount: one }));
  await client.close();
  assert.ok((absent.switch.calls.get('confirmed') ?? 0) > 0);
  const { head } = await absent.ports.chains.loadHead(child);
  assert.equal(head?.next, 1n);
});

test('a validator that missed the end of the fast round is told before it judges an owner', async () => {
  const world = sharedWorld(([alice, bob]) => ({
    ...bothOwn([alice]),
    superOwners: bob ? [bob] : [],
    timeouts: timeouts({ fast: 5n }),
  }));
  const [other, , , absent] = world.validators;
  assert.ok(absent && other);
  absent.switch.mode = 'down';
  other.switch.onRequest = ({ kind }) => {
    if (kind !== 'propose') return undefined;
    other.switch.mode = 'down';
    absent.switch.mode = 'up';
    return new Promise<void>(() => undefined);
  };
  const alice = await deviceOf(world, 'alice');
  const done = granted(await passing(world.clock, alice.pay(one)));
  assert.equal(done.block.round, 'multi-leader:0');
  assert.equal(absent.switch.mode, 'up');
  await close(world, alice);
});
