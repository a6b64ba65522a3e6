import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '#protocol/block/operation.ts';
import { type AccountOwner, chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { TestOwner } from '#test/support/committee.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest, take, token } from '#test/support/drive.ts';
import { cast, refusedUnchanged, signedProposal } from '#test/support/requests.ts';
import { readBalance } from '#worker/read-state.ts';

const does = (operation: Operation): Transaction => ({ kind: 'operation', operation });
const ownOf = ({ signer }: TestOwner): AccountOwner => ownerOf(signer.publicKey);

function stage() {
  const committee = testCommittee();
  const people = cast(committee);
  const [validator] = people.validators;
  const has = async (one: TestOwner, owner = chainOwner) =>
    (await readBalance(validator.ports, { chain: one.chain, owner })) / token;
  const refused = async (owner: TestOwner, transactions: readonly Transaction[]) => {
    const block = await draft(committee, validator, owner, transactions);
    const proposal = await signedProposal(committee, block, owner);
    return await refusedUnchanged(validator, proposeRequest(proposal));
  };
  return { committee, validator, has, refused, ...people };
}

type Staged = ReturnType<typeof stage>;

/** Alice puts tokens into bob's account on her chain; bob claims from there. */
async function claiming({ committee, alice, bob }: Staged, tokens: bigint) {
  const there = { chain: alice.chain, owner: ownOf(bob) };
  const units = (count: bigint) => amount(count * token);
  const gift = { kind: 'transfer', from: chainOwner, to: there, amount: units(10n) } as const;
  await confirm(committee, alice, [does(gift)]);
  const home = { chain: bob.chain, owner: chainOwner };
  const claim = { kind: 'claim', from: there, to: home, amount: units(tokens) } as const;
  return await confirm(committee, bob, [does(claim)]);
}

test("what is in one's account on another chain is claimed, and arrives once", async () => {
  const staged = stage();
  const { committee, alice, bob, has } = staged;
  const claim = await claiming(staged, 4n);
  deepEqual([await has(alice, ownOf(bob)), await has(bob)], [10n, 100n]);
  const paid = await confirm(committee, alice, take(claim.block, alice.chain));
  deepEqual([await has(alice, ownOf(bob)), await has(alice), await has(bob)], [6n, 90n, 100n]);
  await confirm(committee, bob, take(paid.block, bob.chain));
  deepEqual([await has(alice, ownOf(bob)), await has(bob)], [6n, 104n]);
  equal(await staged.refused(alice, take(claim.block, alice.chain)), 'bundle-already-taken');
});

test('a claim of more than there is may be refused, and moves nothing', async () => {
  const staged = stage();
  const { committee, alice, bob, has } = staged;
  const claim = await claiming(staged, 11n);
  const bundles = take(claim.block, alice.chain);
  equal(await staged.refused(alice, bundles), 'insufficient-balance');
  const answer = await confirm(committee, alice, take(claim.block, alice.chain, 'reject'));
  deepEqual([await has(alice, ownOf(bob)), await has(bob)], [10n, 100n]);
  equal(
    answer.block.outcome.messages.every(({ message }) => message.body.kind !== 'credit'),
    true,
  );
});

test("a chain that changes hands is its new owner's alone, what was sent to it included", async () => {
  const staged = stage();
  const { committee, alice, bob, carol, has, refused } = staged;
  const sent = await confirm(committee, carol, [pay(alice.chain, 5n)]);
  const ownership = walletOwnership(ownOf(bob));
  await confirm(committee, alice, [does({ kind: 'change-ownership', ownership })]);
  equal(await refused(alice, [pay(bob.chain, 1n)]), 'not-an-owner');
  const heir = { chain: alice.chain, signer: bob.signer };
  await confirm(committee, heir, [...take(sent.block, alice.chain), pay(bob.chain, 105n)]);
  deepEqual([await has(alice), await has(carol)], [0n, 95n]);
});

test('owners who share a chain both spend from it, and only in turn', async () => {
  const { committee, alice, bob, carol, has, validators } = stage();
  const shared = walletOwnership(ownOf(alice));
  const superOwners = [ownOf(alice), ownOf(bob)].toSorted((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
  const ownership = { ...shared, superOwners };
  await confirm(committee, alice, [does({ kind: 'change-ownership', ownership })]);
  const other = { chain: alice.chain, signer: bob.signer };
  await confirm(committee, other, [pay(carol.chain, 1n)]);
  await confirm(committee, alice, [pay(carol.chain, 2n)]);
  equal(await has(alice), 97n);
  const block = await draft(committee, validators[0], other, [pay(carol.chain, 3n)]);
  await confirm(committee, alice, [pay(carol.chain, 3n)]);
  const late = await signedProposal(committee, block, other);
  equal(await refusedUnchanged(validators[0], proposeRequest(late)), 'height-passed');
});

test('a chain is drained and closed: money that still comes goes home, and nothing else happens', async () => {
  const { committee, alice, bob, has, refused } = stage();
  const sent = await confirm(committee, bob, [pay(alice.chain, 7n)]);
  const close = does({ kind: 'close-chain' });
  const drained = await confirm(committee, alice, [pay(bob.chain, 100n), close]);
  equal(await refused(alice, [close]), 'chain-closed');
  equal(await refused(alice, [pay(bob.chain, 1n)]), 'chain-closed');
  equal(await refused(alice, []), 'empty-block');
  equal(await refused(alice, take(sent.block, alice.chain)), 'chain-closed');
  const home = await confirm(committee, alice, take(sent.block, alice.chain, 'reject'));
  await confirm(committee, bob, [
    ...take(drained.block, bob.chain),
    ...take(home.block, bob.chain),
  ]);
  deepEqual([await has(alice), await has(bob)], [0n, 200n]);
});
