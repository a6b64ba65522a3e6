import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyNamed } from '#protocol/block/named-policies.ts';
import { walletOwnership, walletTimeouts } from '#protocol/block/ownership.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  chainOf,
  clientWorld,
  granted,
  openClient,
  refusedAs,
  testKeys,
} from '#test/support/client-world.ts';
import { parseAmount } from '../amount.ts';

const tokens = (text: string) => granted(parseAmount(text));

test('a chain is opened with a balance, listed where its key is, and pays at once', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice']);
  const owner = granted(await wallet.addKey({ kind: 'ed25519', seed: testKeys.random(32) }));
  const request = { chain: 'alice', owners: owner, balance: tokens('10') };
  const { opened, block } = granted(await client.openChain({ ...request, name: 'savings' }));
  assert.equal(block.chain, chainOf(world, 'alice'));
  assert.equal(granted(await client.balance('alice')).confirmed, tokens('90'));
  assert.equal(granted(await client.balance('savings')).confirmed, tokens('10'));
  assert.deepEqual(await wallet.record(opened), { ...(await wallet.record(opened)), owner });
  granted(await client.transfer({ from: 'savings', to: 'alice', amount: tokens('4') }));
  granted(await client.processInbox('alice'));
  assert.equal(granted(await client.balance('alice')).confirmed, tokens('94'));
  const unnamed = granted(await client.openChain({ ...request, balance: amount(0n) }));
  assert.equal(unnamed.name, `chain-${unnamed.opened.slice(0, 12)}`);
  await client.close();
});

test('a name that is taken or malformed opens no chain', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const owners = (await wallet.record(chainOf(world, 'alice')))?.owner;
  assert.ok(owners);
  const request = { chain: 'alice', owners, balance: tokens('1') };
  assert.equal(refusedAs(await client.openChain({ ...request, name: 'bob' })), 'name-taken');
  assert.equal(refusedAs(await client.openChain({ ...request, name: 'B' })), 'invalid-name');
  assert.equal(granted(await client.sync('alice')).next, 0n);
  await client.close();
});

test('a chain is opened for the key of somebody else, also of an EVM owner', async () => {
  const world = clientWorld();
  const alice = await openClient(world, ['alice']);
  const dave = await openClient(world, []);
  for (const kind of ['ed25519', 'secp256k1-eip191'] as const) {
    const owner = granted(await dave.wallet.addKey({ kind, seed: testKeys.random(32) }));
    const request = { chain: 'alice', owners: owner, balance: tokens('2') };
    const { opened, name } = granted(await alice.client.openChain(request));
    assert.equal(name, undefined);
    assert.equal(await alice.wallet.record(opened), undefined);
    granted(await dave.wallet.assignChain({ id: opened, name: `own-${kind}`, owner }));
    const to = chainOf(world, 'alice');
    granted(await dave.client.transfer({ from: opened, to, amount: tokens('1') }));
    assert.equal(granted(await dave.client.balance(opened)).confirmed, tokens('1'));
  }
  assert.equal(granted(await alice.client.balance('alice')).incoming, tokens('2'));
  await Promise.all([alice.client.close(), dave.client.close()]);
});

test('a chain that was given away obeys its new owners, and no others', async () => {
  const world = clientWorld();
  const alice = await openClient(world, ['alice']);
  const bob = await openClient(world, ['bob']);
  const shared = chainOf(world, 'alice');
  const { client } = alice;
  const [first, second] = await Promise.all(
    [alice, bob].map(async ({ wallet }) => (await wallet.keyring.owners())[0]),
  );
  assert.ok(first && second);
  const ownership = {
    ...walletOwnership(second),
    firstLeader: second,
    multiLeaderRounds: 2,
    timeouts: { ...walletTimeouts, increment: walletTimeouts.base },
  };
  granted(await client.changeOwnership({ chain: 'alice', ownership }));
  const found = granted(await client.ownership('alice'));
  assert.deepEqual([found.ownership, found.isClosed, found.isComplete], [ownership, false, true]);
  const pay = { from: shared, to: chainOf(world, 'carol'), amount: tokens('1') };
  assert.equal(refusedAs(await client.transfer(pay)), 'not-an-owner');
  const empty = { ...ownership, superOwners: [] };
  const refused = await bob.client.changeOwnership({ chain: shared, ownership: empty });
  assert.equal(refusedAs(refused), 'not-supported');
  granted(await bob.client.transfer(pay));
  assert.equal(refusedAs(await bob.client.transfer({ ...pay, as: first })), 'not-our-chain');
  assert.equal(refusedAs(await client.transfer({ ...pay, as: first })), 'not-an-owner');
  await Promise.all([client.close(), bob.client.close()]);
});

test('a chain with something left is not closed, and one that is drained is', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const kind = async () => refusedAs(await client.closeChain({ chain: 'alice' }));
  assert.equal(await kind(), 'chain-not-empty');
  assert.equal(granted(await client.sync('alice')).next, 0n);
  granted(await client.transfer({ from: 'bob', to: 'alice', amount: tokens('1') }));
  const drain = { chain: 'alice', leftover: { kind: 'drain', to: 'bob' } } as const;
  assert.equal(refusedAs(await client.closeChain(drain)), 'chain-not-empty');
  granted(await client.processInbox('alice'));
  const toItself = { kind: 'drain', to: 'alice' } as const;
  const looped = await client.closeChain({ chain: 'alice', leftover: toItself });
  assert.equal(refusedAs(looped), 'transfer-to-self');
  const closed = granted(await client.closeChain(drain));
  assert.deepEqual([closed.drained, closed.receipt?.block.height], [tokens('101'), 1n]);
  assert.equal(granted(await client.processInbox('bob')).received, tokens('101'));
  assert.equal(granted(await client.closeChain({ chain: 'alice' })).receipt, undefined);
  assert.equal(granted(await client.ownership('alice')).isClosed, true);
  assert.equal(await wallet.pending(chainOf(world, 'alice')), undefined);
  await client.close();
});

test('an account of an owner is something left, which may be abandoned', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const owner = (await wallet.record(chainOf(world, 'alice')))?.owner;
  assert.ok(owner);
  const own = { chain: chainOf(world, 'alice'), owner };
  granted(await client.transfer({ from: 'alice', to: own, amount: tokens('1') }));
  const drain = { chain: 'alice', leftover: { kind: 'drain', to: 'bob' } } as const;
  assert.equal(refusedAs(await client.closeChain(drain)), 'chain-not-empty');
  granted(await client.closeChain({ chain: 'alice', leftover: { kind: 'abandon' } }));
  assert.equal(refusedAs(await client.closeChain({ ...drain, chain: 'dave' })), 'unknown-name');
  const late = { from: own, to: 'bob', amount: tokens('1') };
  assert.equal(refusedAs(await client.transfer(late)), 'chain-closed');
  await client.close();
});

test('what arrives at a closed chain goes back, and what it sent comes back to it', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const send = (from: string, to: string) => client.transfer({ from, to, amount: tokens('5') });
  granted(await send('alice', 'bob'));
  for (const chain of ['alice', 'bob']) {
    granted(await client.closeChain({ chain, leftover: { kind: 'abandon' } }));
  }
  const refused = granted(await client.processInbox('bob'));
  assert.deepEqual([refused.taken, refused.received], [1, 0n]);
  const returned = granted(await client.processInbox('alice'));
  assert.deepEqual([returned.taken, returned.received], [1, tokens('5')]);
  assert.equal(granted(await client.balance('alice')).confirmed, tokens('100'));
  assert.equal(granted(await client.balance('bob')).confirmed, tokens('100'));
  await client.close();
});

test('a drain leaves what closing costs, and no more', async () => {
  const world = clientWorld({
    reshape: ({ header, rootChains }) => ({
      header: { ...header, policy: policyNamed('testnet') },
      rootChains,
    }),
  });
  const { client } = await openClient(world, ['alice', 'bob']);
  const leftover = { kind: 'drain', to: 'bob' } as const;
  const { drained } = granted(await client.closeChain({ chain: 'alice', leftover }));
  assert.ok(drained < tokens('100') && drained > tokens('99.9'));
  assert.equal(granted(await client.balance('alice')).confirmed, 0n);
  await client.close();
});
