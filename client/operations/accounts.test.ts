import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownerText } from '#protocol/block/owner.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  type ClientWorld,
  chainOf,
  clientWorld,
  granted,
  openClient,
  refusedAs,
} from '#test/support/client-world.ts';
import { parseAmount } from '../amount.ts';

const tokens = (text: string) => granted(parseAmount(text));

/** A client of one chain, with the owner that its key stands for. */
async function ownerOn(world: ClientWorld, name: string) {
  const opened = await openClient(world, [name]);
  const [owner] = await opened.wallet.keyring.owners();
  assert.ok(owner);
  return { ...opened, owner };
}

test('an owner claims what is his on a chain of somebody else', async () => {
  const world = clientWorld();
  const alice = await ownerOn(world, 'alice');
  const bob = await ownerOn(world, 'bob');
  const account = `${ownerText(bob.owner)}@${chainOf(world, 'alice')}`;
  granted(await alice.client.transfer({ from: 'alice', to: account, amount: tokens('3') }));
  // The owner's key signs, but not on a chain that is not his.
  const direct = { from: account, to: 'bob', amount: tokens('2') };
  assert.equal(refusedAs(await bob.client.transfer(direct)), 'not-an-owner');
  const claimed = granted(await bob.client.claim(direct));
  assert.equal(claimed.block.chain, chainOf(world, 'bob'));
  assert.equal(claimed.isDelivered, true);
  assert.equal(granted(await alice.client.processInbox('alice')).taken, 1);
  assert.equal(granted(await bob.client.processInbox('bob')).received, tokens('2'));
  assert.equal(granted(await bob.client.balance(account)).confirmed, tokens('1'));
  await Promise.all([alice.client.close(), bob.client.close()]);
});

test('nothing is claimed of an account whose key is not here, or that does not exist', async () => {
  const world = clientWorld();
  const alice = await ownerOn(world, 'alice');
  const bob = await ownerOn(world, 'bob');
  const chain = chainOf(world, 'alice');
  const claim = (from: string, to = 'bob', via?: string) =>
    bob.client.claim({ from, to, via, amount: tokens('1') });
  assert.equal(refusedAs(await claim(`${ownerText(alice.owner)}@${chain}`)), 'not-our-chain');
  const nowhere = 'f'.repeat(64);
  assert.equal(refusedAs(await claim(`${ownerText(bob.owner)}@${nowhere}`)), 'unknown-recipient');
  assert.equal(
    refusedAs(await claim(`${ownerText(bob.owner)}@${chain}`, nowhere)),
    'unknown-recipient',
  );
  const foreign = await claim(`${ownerText(bob.owner)}@${chain}`, 'bob', chain);
  assert.equal(refusedAs(foreign), 'not-an-owner');
  assert.equal(granted(await bob.client.sync('bob')).next, 0n);
  await Promise.all([alice.client.close(), bob.client.close()]);
});

test('what is approved is spent in the name of its owner, up to the amount', async () => {
  const world = clientWorld();
  const alice = await openClient(world, ['alice', 'bob']);
  const [own, spender] = await alice.wallet.keyring.owners();
  const { client, wallet } = alice;
  assert.ok(own && spender);
  const shared = chainOf(world, 'alice');
  const { ownership } = granted(await client.ownership('alice'));
  const both = [own, spender].toSorted((a, b) => (ownerText(a) < ownerText(b) ? -1 : 1));
  granted(
    await client.changeOwnership({ chain: shared, ownership: { ...ownership, superOwners: both } }),
  );
  const first = (await wallet.record(shared))?.owner;
  assert.ok(first);
  const other = ownerText(first) === ownerText(own) ? spender : own;
  const account = { chain: shared, owner: first };
  granted(await client.transfer({ from: 'alice', to: account, amount: tokens('5') }));
  const allowed = { from: account, spender: other };
  assert.equal(granted(await client.allowance(allowed)), 0n);
  granted(await client.approve({ ...allowed, amount: tokens('3') }));
  const spend = (text: string) =>
    client.transferFrom({ ...allowed, to: 'bob', amount: tokens(text) });
  assert.equal(granted(await spend('2')).isDelivered, true);
  assert.equal(granted(await client.allowance(allowed)), tokens('1'));
  assert.equal(refusedAs(await spend('2')), 'insufficient-allowance');
  granted(await client.approve({ ...allowed, amount: amount(0n) }));
  assert.equal(refusedAs(await spend('1')), 'insufficient-allowance');
  const approvedByOther = await client.approve({ ...allowed, amount: tokens('1'), as: other });
  assert.equal(refusedAs(approvedByOther), 'unauthenticated');
  assert.equal(granted(await client.processInbox('bob')).received, tokens('2'));
  await client.close();
});
