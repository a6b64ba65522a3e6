import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { type AccountOwner, chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { readBalance, readSettings } from '#worker/read-state.ts';
import { staged } from './refusals/cases.ts';
import type { TestCommittee, TestOwner, TestValidator } from './support/committee.ts';
import { confirm, draft, kindOf, pay, proposeRequest, send, take, token } from './support/drive.ts';
import { doing } from './support/execution.ts';
import { signedProposal } from './support/requests.ts';

const nameOf = ({ signer }: TestOwner): AccountOwner => ownerOf(signer.publicKey);
const tokens = (count: bigint) => amount(count * token);

/** What every validator says that the account holds, in tokens. */
async function held(
  { validators }: TestCommittee,
  chain: ChainId,
  owner: AccountOwner = chainOwner,
): Promise<bigint> {
  const all = validators.map(({ ports }) => readBalance(ports, { chain, owner }));
  const [first = amount(0n), ...others] = await Promise.all(all);
  for (const one of others) assert.equal(one, first);
  return first / token;
}

/** What refuses a block of these transactions, signed by `by`. */
async function refusal(
  committee: TestCommittee,
  by: TestOwner,
  transactions: readonly Transaction[],
): Promise<string> {
  const [validator] = committee.validators as readonly [TestValidator];
  const block = await draft(committee, validator, by, transactions);
  const proposal = await signedProposal(committee, block, by);
  return kindOf(await send(validator, proposeRequest(proposal)));
}

test('an owner claims from its account on another chain, and gets it on its own', async () => {
  const { committee, alice, bob } = staged();
  const me = nameOf(alice);
  const deposit: Operation = {
    kind: 'transfer',
    from: chainOwner,
    to: { chain: bob.chain, owner: me },
    amount: tokens(30n),
  };
  const sent = await confirm(committee, alice, doing(deposit));
  await confirm(committee, bob, take(sent.block, bob.chain));
  const claim: Operation = {
    kind: 'claim',
    from: { chain: bob.chain, owner: me },
    to: { chain: alice.chain, owner: me },
    amount: tokens(20n),
  };
  const asked = await confirm(committee, alice, doing(claim));
  const paid = await confirm(committee, bob, take(asked.block, bob.chain));
  await confirm(committee, alice, take(paid.block, alice.chain));
  assert.deepEqual(
    [await held(committee, bob.chain, me), await held(committee, alice.chain, me)],
    [10n, 20n],
  );
});

test('a claim that cannot be paid is rejected, and what comes behind it goes on', async () => {
  const { committee, alice, bob } = staged();
  const me = nameOf(alice);
  const claim: Operation = {
    kind: 'claim',
    from: { chain: bob.chain, owner: me },
    to: { chain: alice.chain, owner: me },
    amount: tokens(1n),
  };
  const asked = await confirm(committee, alice, [...doing(claim), pay(bob.chain, 5n)]);
  const [request, payment] = take(asked.block, bob.chain) as [Transaction, Transaction];
  assert.equal(await refusal(committee, bob, [request]), 'insufficient-balance');
  await confirm(committee, bob, [payment]);
  assert.equal(await held(committee, bob.chain), 105n);
});

test('a chain that changed hands obeys its new owner, and the old one no longer', async () => {
  const { committee, alice, bob } = staged();
  const heir: TestOwner = { chain: alice.chain, signer: bob.signer };
  const ownership = walletOwnership(nameOf(heir));
  await confirm(committee, alice, doing({ kind: 'change-ownership', ownership }));
  assert.equal(await refusal(committee, alice, [pay(bob.chain, 1n)]), 'not-an-owner');
  await confirm(committee, heir, [pay(bob.chain, 1n)]);
  assert.equal(await held(committee, alice.chain), 99n);
});

test('a closed chain sends back what comes, and nobody opens it again', async () => {
  const { committee, alice, bob } = staged();
  const drained = await confirm(committee, alice, [
    pay(bob.chain, 100n),
    ...doing({ kind: 'close-chain' }),
  ]);
  await confirm(committee, bob, take(drained.block, bob.chain));
  const late = await confirm(committee, bob, [pay(alice.chain, 7n)]);
  assert.equal(await refusal(committee, alice, take(late.block, alice.chain)), 'chain-closed');
  const reopened: Operation = { kind: 'change-ownership', ownership: walletOwnership(nameOf(bob)) };
  assert.equal(await refusal(committee, alice, doing(reopened)), 'chain-closed');
  const back = await confirm(committee, alice, take(late.block, alice.chain, 'reject'));
  await confirm(committee, bob, take(back.block, bob.chain));
  assert.deepEqual(
    [await held(committee, alice.chain), await held(committee, bob.chain)],
    [0n, 200n],
  );
});

test('money that a closed chain sent before comes back to it', async () => {
  const { committee, alice, bob } = staged();
  const closing: Operation = { kind: 'close-chain' };
  const sent = await confirm(committee, alice, [pay(bob.chain, 9n), ...doing(closing)]);
  const refused = await confirm(committee, bob, take(sent.block, bob.chain, 'reject'));
  await confirm(committee, alice, take(refused.block, alice.chain));
  assert.equal(await held(committee, alice.chain), 100n);
});

test('whoever may propose in open rounds spends what is allowed to him, and nothing else', async () => {
  const { committee, alice, bob } = staged();
  const guest: TestOwner = { chain: alice.chain, signer: bob.signer };
  const open: Ownership = {
    ...walletOwnership(nameOf(alice)),
    superOwners: [],
    owners: [{ owner: nameOf(alice), weight: 1n }],
    openMultiLeader: true,
  };
  const approval: Operation = {
    kind: 'approve',
    owner: chainOwner,
    spender: nameOf(guest),
    amount: tokens(3n),
  };
  const change: Operation = { kind: 'change-ownership', ownership: open };
  await confirm(committee, alice, doing(change, approval));
  assert.equal(await refusal(committee, guest, [pay(bob.chain, 1n)]), 'unauthenticated');
  const spending = (count: bigint): Operation => ({
    kind: 'transfer-from',
    owner: chainOwner,
    spender: nameOf(guest),
    to: { chain: bob.chain, owner: chainOwner },
    amount: tokens(count),
  });
  assert.equal(await refusal(committee, guest, doing(spending(4n))), 'insufficient-allowance');
  await confirm(committee, guest, doing(spending(3n)));
  assert.equal(await refusal(committee, guest, doing(spending(1n))), 'insufficient-allowance');
  assert.equal(await held(committee, alice.chain), 97n);
});

test('every validator keeps the settings that a block changed', async () => {
  const { committee, alice, bob, validators } = staged();
  const ownership = walletOwnership(nameOf(bob));
  const change: Operation = { kind: 'change-ownership', ownership };
  await confirm(committee, alice, doing(change, { kind: 'close-chain' }));
  for (const { ports } of validators) {
    const settings = await readSettings(ports, alice.chain);
    assert.deepEqual([settings?.closed, settings?.ownership], [true, ownership]);
  }
});
