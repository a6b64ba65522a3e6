import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  chainOf,
  clientWorld,
  granted,
  openClient,
  refusedAs,
} from '#test/support/client-world.ts';
import { limitedTo } from '#test/support/reshaped.ts';
import { parseAmount } from '../amount.ts';
import { acceptAll, type InboxPolicy } from '../wallet/inbox-policy.ts';

const one = granted(parseAmount('1'));
const hundred = granted(parseAmount('100'));

/** A client of all three chains; alice and carol have paid bob one token each. */
async function paid(policy: (world: { alice: ChainId; carol: ChainId }) => Partial<InboxPolicy>) {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob', 'carol']);
  const ids = { alice: chainOf(world, 'alice'), carol: chainOf(world, 'carol') };
  await wallet.setInboxPolicy(chainOf(world, 'bob'), { ...acceptAll, ...policy(ids) });
  for (const from of ['alice', 'carol']) {
    granted(await client.transfer({ from, to: 'bob', amount: one }));
  }
  const balances = async () => {
    const all: bigint[] = [];
    for (const name of ['alice', 'bob', 'carol']) {
      all.push(granted(await client.balance(name)).confirmed / one);
    }
    return all;
  };
  return { world, client, wallet, balances, bob: chainOf(world, 'bob'), ...ids };
}

test('a policy that rejects sends tracked money back, but for senders that it allows', async () => {
  const { client, balances } = await paid(({ carol }) => ({
    rule: { kind: 'reject' },
    allow: [carol],
  }));
  const receipt = granted(await client.processInbox('bob'));
  const { taken, rejected, received, left } = receipt;
  assert.deepEqual([taken, rejected, received, left], [2, 1, one, 0]);
  granted(await client.processInbox('alice'));
  assert.deepEqual(await balances(), [100n, 101n, 99n]);
  await client.close();
});

test('an ignored sender stays in the inbox, also where it is allowed, and may be taken later', async () => {
  const { client, wallet, balances, bob } = await paid(({ alice, carol }) => ({
    allow: [alice, carol],
    ignore: [alice],
  }));
  const receipt = granted(await client.processInbox('bob'));
  assert.deepEqual([receipt.taken, receipt.rejected, receipt.left], [1, 0, 0]);
  assert.equal(refusedAs(await client.processInbox('bob')), 'inbox-empty');
  await wallet.setInboxPolicy(bob, acceptAll);
  assert.equal(granted(await client.processInbox('bob')).taken, 1);
  assert.deepEqual(await balances(), [99n, 102n, 99n]);
  await client.close();
});

test('a policy that ignores takes nothing but from senders that it allows', async () => {
  const { client } = await paid(({ carol }) => ({ rule: { kind: 'ignore' }, allow: [carol] }));
  const receipt = granted(await client.processInbox('bob'));
  assert.deepEqual([receipt.taken, receipt.received], [1, one]);
  await client.close();
});

test('money that comes back is taken whatever the policy rejects', async () => {
  const { client, wallet, balances, alice } = await paid(() => ({ rule: { kind: 'reject' } }));
  await wallet.setInboxPolicy(alice, { ...acceptAll, rule: { kind: 'reject' } });
  assert.equal(granted(await client.processInbox('bob')).rejected, 2);
  const receipt = granted(await client.processInbox('alice'));
  assert.deepEqual([receipt.taken, receipt.rejected, receipt.received], [1, 0, one]);
  assert.deepEqual(await balances(), [100n, 100n, 99n]);
  await client.close();
});

for (const [first, expected] of [
  ['', 'alice carol alice'],
  ['carol', 'carol alice alice'],
  ['alice,carol', 'alice alice carol'],
  ['carol,alice', 'carol alice alice'],
] as const) {
  test(`with [${first}] first a block takes ${expected}, each sender's in their order`, async () => {
    const { client, alice } = await paid((ids) => ({
      first: first === '' ? [] : first.split(',').map((name) => ids[name as 'alice' | 'carol']),
    }));
    granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
    const { block } = granted(await client.processInbox('bob'));
    const made = await client.findBlock(block.hash);
    const origins = made?.block.proposed.transactions.flatMap((each) =>
      each.kind === 'receive' ? (each.origin === alice ? 'alice' : 'carol') : [],
    );
    assert.equal(origins?.join(' '), expected);
    await client.close();
  });
}

test('a bundle that cannot be carried out is refused, and those around it are taken', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob', 'carol']);
  const [alice, bob] = [chainOf(world, 'alice'), chainOf(world, 'bob')];
  const owner = (await wallet.record(alice))?.owner;
  assert.ok(owner);
  granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
  const claim: Operation = {
    kind: 'claim',
    from: { chain: bob, owner },
    to: { chain: alice, owner: chainOwner },
    amount: amount(1n),
  };
  granted(await client.execute({ chain: alice, operations: [claim] }));
  granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
  const receipt = granted(await client.processInbox('bob'));
  assert.deepEqual([receipt.taken, receipt.rejected, receipt.received], [3, 1, 2n * one]);
  assert.equal(granted(await client.balance('bob')).confirmed, hundred + 2n * one);
  await client.close();
});

test('what is over a limit of a block waits for the next one, and is never refused', async () => {
  const world = clientWorld({ reshape: limitedTo({ transactions: 2 }) });
  const { client } = await openClient(world, ['alice', 'bob']);
  for (let i = 0; i < 5; i++) {
    granted(await client.transfer({ from: 'alice', to: 'bob', amount: one }));
  }
  const counts: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const { taken, rejected, left } = granted(await client.processInbox('bob'));
    counts.push([taken, rejected, left]);
  }
  assert.deepEqual(counts, [
    [2, 0, 3],
    [2, 0, 1],
    [1, 0, 0],
  ]);
  await client.close();
});
