import type { Operation } from '#protocol/block/operation.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { amount, timestamp } from '#protocol/primitives/numbers.ts';
import { testStart } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest, take, token } from '#test/support/drive.ts';
import { transfer } from '#test/support/execution.ts';
import { ownerNamed } from '#test/support/managers.ts';
import { refusedUnchanged, signedProposal } from '#test/support/requests.ts';
import { limitedTo } from '#test/support/reshaped.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { type CasesOf, type Provoke, provokeBlock, staged } from './cases.ts';

type Kinds =
  | 'not-supported'
  | 'empty-block'
  | 'too-many-transactions'
  | 'block-too-large'
  | 'timestamp-behind'
  | 'zero-amount'
  | 'insufficient-balance'
  | 'unauthenticated'
  | 'insufficient-allowance'
  | 'chain-closed'
  | 'invalid-ownership'
  | 'cannot-reject'
  | 'bundle-already-taken'
  | 'bundle-skips-unskippable'
  | 'missing-bundles'
  | 'unexpected-bundle';

type Answer = (taken: readonly Transaction[]) => readonly Transaction[];

/** Bob answers what alice's block of two payments sent him, in his own way. */
function provokeTaking(answer: Answer, before?: Answer): Provoke {
  return async () => {
    const { committee, alice, bob, validators } = staged();
    const sent = await confirm(committee, alice, [pay(bob.chain, 1n), pay(bob.chain, 2n)]);
    const bundles = take(sent.block, bob.chain);
    if (before) await confirm(committee, bob, before(bundles));
    const block = await draft(committee, validators[0], bob, answer(bundles));
    const proposal = await signedProposal(committee, block, bob);
    return await refusedUnchanged(validators[0], proposeRequest(proposal));
  };
}

const refusedTwice: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const sent = await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const back = await confirm(committee, bob, take(sent.block, bob.chain, 'reject'));
  const answer = take(back.block, alice.chain, 'reject');
  const block = await draft(committee, validators[0], alice, answer);
  const proposal = await signedProposal(committee, block, alice);
  return await refusedUnchanged(validators[0], proposeRequest(proposal));
};

const neverSent: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const others = validators.slice(1);
  const sent = await confirm(committee, alice, [pay(bob.chain, 1n)], { validators: others });
  const block = await draft(
    committee,
    others[0] ?? validators[1],
    bob,
    take(sent.block, bob.chain),
  );
  const proposal = await signedProposal(committee, block, bob);
  return await refusedUnchanged(validators[0], proposeRequest(proposal));
};

/** The first bundle, changed. */
function changedBundle(change: (bundle: BundleOf) => Partial<BundleOf>): Answer {
  return ([first]) =>
    first?.kind === 'receive'
      ? [{ ...first, bundle: { ...first.bundle, ...change(first.bundle) } }]
      : [];
}
type BundleOf = Extract<Transaction, { kind: 'receive' }>['bundle'];

const mint: Answer = changedBundle(({ messages }) => ({
  messages: messages.map((one) =>
    one.body.kind === 'credit'
      ? { ...one, body: { ...one.body, amount: amount(50n * token) } }
      : one,
  ),
}));
const asSimple: Answer = changedBundle(({ messages }) => ({
  messages: messages.map((one) => ({ ...one, delivery: { kind: 'simple' } })),
}));
const otherBlock: Answer = changedBundle(() => ({ block: chainNamed('x') as string as never }));
const noneOwed: Answer = ([, second]) =>
  second?.kind === 'receive'
    ? [{ ...second, bundle: { ...second.bundle, lastUnskippable: undefined } }]
    : [];

const there = { chain: chainNamed('there'), owner: chainOwner };
const pays = (tokens: bigint, from = chainOwner): Provoke =>
  provokeBlock({ transactions: [transfer(from, there, tokens)] });
const two = [transfer(chainOwner, there, 1n), transfer(chainOwner, there, 1n)];

const does = (...operations: readonly Operation[]): Provoke =>
  provokeBlock({ transactions: operations.map((operation) => ({ kind: 'operation', operation })) });

/** Alice, whose key every cast shares. */
const self = ownerOf(staged().alice.signer.publicKey);
const allowed = (units: bigint): Operation => ({
  kind: 'approve',
  owner: chainOwner,
  spender: self,
  amount: amount(units),
});
const spends = (units: bigint): Operation => ({
  kind: 'transfer-from',
  owner: chainOwner,
  spender: self,
  to: there,
  amount: amount(units),
});

export const ofBlocks: CasesOf<Kinds> = {
  'not-supported': {
    'an operation of a later version': provokeBlock({
      transactions: [{ kind: 'operation', operation: { kind: 'checkpoint' } }],
    }),
    'a later protocol version': provokeBlock({ version: protocolVersion + 1 }),
  },
  'empty-block': { 'a block without transactions': provokeBlock({ transactions: [] }) },
  'too-many-transactions': {
    'one transaction over the limit': provokeBlock(
      { transactions: two },
      { reshape: limitedTo({ transactions: 1 }) },
    ),
  },
  'block-too-large': {
    'more bytes than a block may have': provokeBlock(
      {},
      { reshape: limitedTo({ blockBytes: 200 }) },
    ),
  },
  'timestamp-behind': {
    "a time before the parent's": provokeBlock({ timestamp: timestamp(testStart - 1n) }),
  },
  'zero-amount': { 'a transfer of nothing': pays(0n) },
  'insufficient-balance': { 'one unit more than there is': pays(100n * token + 1n) },
  unauthenticated: {
    "another owner's account": pays(1n, ownerNamed('someone')),
    "a block in nobody's name": provokeBlock({ signer: undefined }),
    "a claim of another owner's account": does({
      kind: 'claim',
      from: { chain: there.chain, owner: ownerNamed('someone') },
      to: there,
      amount: amount(1n),
    }),
  },
  'insufficient-allowance': {
    'what nobody allowed': does(spends(1n)),
    'one unit more than was allowed': does(allowed(5n), spends(6n)),
    'what was allowed, a second time': does(allowed(5n), spends(5n), spends(1n)),
  },
  'invalid-ownership': {
    'owners that are listed twice': does({
      kind: 'change-ownership',
      ownership: { ...walletOwnership(self), superOwners: [self, self] },
    }),
  },
  'chain-closed': {
    'an operation behind the closing of its chain': does({ kind: 'close-chain' }, allowed(1n)),
    'a closing behind another': does({ kind: 'close-chain' }, { kind: 'close-chain' }),
  },
  'cannot-reject': { 'money that came back, refused again': refusedTwice },
  'bundle-already-taken': {
    'a bundle that an earlier block took': provokeTaking(
      (taken) => taken.slice(0, 1),
      (taken) => taken.slice(0, 1),
    ),
    'a bundle twice in a block': provokeTaking((taken) => taken.slice(0, 1).concat(taken[0] ?? [])),
  },
  'bundle-skips-unskippable': {
    'the second tracked bundle before the first': provokeTaking((taken) => taken.slice(1)),
  },
  'missing-bundles': { 'a bundle whose envelope has not come': neverSent },
  'unexpected-bundle': {
    'a bundle with more tokens than were sent': provokeTaking(mint),
    'a tracked bundle passed for a simple one': provokeTaking(asSimple),
    "a bundle of another block than the sender's": provokeTaking(otherBlock),
    'a bundle that hides what it holds back': provokeTaking(noneOwed),
  },
};
