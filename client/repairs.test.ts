import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '#client/amount.ts';
import { UnreachableFault } from '#ports/validator-node.ts';
import { blobIdOf } from '#protocol/block/blob.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { blockHeight, duration, epoch } from '#protocol/primitives/numbers.ts';
import { passing } from '#test/support/client-time.ts';
import {
  chainOf,
  clientWorld,
  type Device,
  granted,
  openClient,
  refusedAs,
  testKeys,
} from '#test/support/client-world.ts';
import {
  bothOwn,
  close,
  deviceOf,
  gate,
  one,
  openGates,
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

/** A device with a blob's bytes at hand, for a block that publishes it. */
async function holdBlob({ device }: { readonly device: Device }, chain: ChainId, text: string) {
  const bytes = asciiBytes(text);
  const id = blobIdOf({ kind: 'data' }, bytes);
  const slot = { chain, holder: 'own', height: blockHeight(0n), wanted: [id], isGuest: false };
  await device.store.blobs.openSlot(slot);
  await device.store.blobs.fill(chain, { id, bytes });
  return { id, bytes };
}

test('a validator without the blobs of a block is given them', async () => {
  const world = clientWorld();
  const alice = await openClient(world, ['alice']);
  const chain = chainOf(world, 'alice');
  const { id, bytes } = await holdBlob(alice, chain, 'a blob of alice');
  const operations = [{ kind: 'publish-blob', blob: id }] as const;
  granted(await alice.client.execute({ chain, operations }));
  await alice.client.close();
  for (const { honest } of world.validators) {
    assert.deepEqual(granted(await honest.blob(id)), bytes);
  }
});

test('another owner finishes a block of which only validators have the blobs', async () => {
  const world = sharedWorld();
  const bob = await deviceOf(world, 'bob');
  const chain = chainOf(world, 'alice');
  const { id, bytes } = await holdBlob(bob, chain, 'a blob of bob');
  // Of what bob sends, one validator gets all and the others the proposal.
  const isLet = ({ kind }: ChainRequest, seat: number) => kind === 'propose' || seat === 0;
  gate(world, isLet);
  const operations = [{ kind: 'publish-blob', blob: id }] as const;
  const made = bob.client.execute({ chain, operations });
  await passing(world.clock, Promise.race([made, world.clock.sleep(duration(400_000n))]));
  openGates(world);
  const alice = await deviceOf(world, 'alice');
  assert.equal(refusedAs(await passing(world.clock, alice.pay(one))), 'conflict');
  const final = await alice.client.block(chain, blockHeight(0n));
  assert.deepEqual(final?.block.proposed.transactions, [
    { kind: 'operation', operation: { kind: 'publish-blob', blob: id } },
  ]);
  assert.deepEqual((await alice.device.store.blobs.load([id])).get(id), bytes);
  await close(world, alice);
});

test('a validator that missed blocks with blobs, published or verified, is brought up to date', async () => {
  const world = clientWorld();
  const [absent, other] = world.validators;
  assert.ok(absent && other);
  const bob = await openClient(world, ['bob']);
  absent.switch.mode = 'down';
  const content = asciiBytes('what bob says');
  const { id } = granted(await bob.client.publishBlob({ chain: 'bob', content }));
  await bob.client.close();
  const { client } = await openClient(world, ['alice']);
  const chain = chainOf(world, 'alice');
  granted(await client.publishBlob({ chain, content: asciiBytes('what alice says') }));
  granted(await client.execute({ chain, operations: [{ kind: 'verify-blob', blob: id }] }));
  const pay = { from: chain, to: chainOf(world, 'bob'), amount: one };
  granted(await client.transfer(pay));
  absent.switch.mode = 'up';
  other.switch.mode = 'down';
  granted(await client.transfer(pay));
  await client.close();
});

test('who cannot download what a quorum has is told that there is more', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
  await client.close();
  const late = await openClient(world, ['alice', 'bob']);
  const silent = () => Promise.reject(new UnreachableFault('no answer'));
  for (const { switch: control } of world.validators) control.lie = { blocks: silent };
  for (const name of ['alice', 'bob']) {
    assert.equal(granted(await late.client.sync(name)).isComplete, false);
    assert.equal(granted(await late.client.balance(name)).isComplete, false);
  }
  for (const { switch: control } of world.validators) control.lie = undefined;
  for (const name of ['alice', 'bob']) {
    assert.equal(granted(await late.client.balance(name)).isComplete, true);
  }
  assert.equal(granted(await late.client.sync('alice')).next, 1n);
  await late.client.close();
});

test('one validator that says it has more keeps nobody from having all', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
  const [liar] = world.validators;
  if (!liar) throw new Error('a world has validators');
  liar.switch.lie = {
    async info(chain, flags) {
      const info = granted(await liar.honest.info(chain, flags));
      return { ok: true, value: { ...info, next: blockHeight(info.next + 9n) } };
    },
    blocks: () => Promise.reject(new UnreachableFault('no answer')),
  };
  assert.equal(granted(await client.sync('alice')).isComplete, true);
  await client.close();
});
