import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { type AccountOwner, chainOwner } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { freePolicy, type ResourcePolicy } from '#protocol/block/policy.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import { amount, epoch } from '#protocol/primitives/numbers.ts';
import { type Economy, openEconomy } from './support/economy.ts';
import { mixedChain, regularOwner, stranger, superOwner } from './support/managers.ts';
import { blockSending, messageTo, other, recipient, sender } from './support/messages.ts';
import { chainNamed } from './support/store-values.ts';

const chains = [sender, recipient, other];
const people = [superOwner, regularOwner, stranger];

const config = (tokens: bigint): ChainConfig => ({
  ownership: { ...mixedChain, superOwners: [superOwner] },
  epoch: epoch(0),
  account: chainOwner,
  balance: amount(tokens),
  permissions: openPermissions,
});
const opened = (tokens: bigint): ChainConfig => ({
  ...config(tokens),
  ownership: walletOwnership(superOwner),
  account: regularOwner,
});

const owner = fc.constantFrom<AccountOwner>(chainOwner, ...people);
const account = fc.record({ chain: fc.constantFrom<ChainId>(...chains), owner });
const tokens = fc.bigInt(0n, 30n).map(amount);
const person = fc.constantFrom<AccountOwner>(...people);

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('transfer'),
      from: owner,
      to: account,
      amount: tokens,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('claim'),
      from: account,
      to: account,
      amount: tokens,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('approve'), owner, spender: person, amount: tokens }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('transfer-from'),
      owner,
      spender: person,
      to: account,
      amount: tokens,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('open-chain'), config: tokens.map(opened) }),
  },
  { weight: 1, arbitrary: fc.constant<Operation>({ kind: 'close-chain' }) },
);

/** Something that a block does: an operation, or an answer to what waits. */
type Doing =
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'answer'; readonly action: 'accept' | 'reject'; readonly which: number };

const anyDoing: fc.Arbitrary<Doing> = fc.oneof(
  anyOperation.map((operation) => ({ kind: 'operation', operation }) as const),
  fc.record({
    kind: fc.constant('answer'),
    action: fc.constantFrom('accept', 'accept', 'reject'),
    which: fc.nat(4),
  }),
);

const anyBlock = fc.record({
  chain: fc.nat(7),
  signer: person,
  doings: fc.array(anyDoing, { minLength: 1, maxLength: 2 }),
});

function transactionsOf(economy: Economy, chain: ChainId, doings: readonly Doing[]) {
  return doings.flatMap((one): Transaction[] => {
    if (one.kind === 'operation') return [one];
    const next = economy.waiting(chain, one.which);
    return next ? [{ kind: 'receive', action: { kind: one.action }, ...next }] : [];
  });
}

const elsewhere = chainNamed('elsewhere');

/** Messages with grants, as operations send them only where something costs. */
const underWay = chains.flatMap((to, index) => {
  const refundTo = index === 0 ? undefined : { chain: sender, owner: stranger };
  const messages = (['tracked', 'protected', 'tracked', 'bouncing'] as const).map((kind, at) => ({
    transaction: at,
    message: { ...messageTo(to, kind, 5n), grant: amount(3n), refundTo },
  }));
  const block = blockSending(0, messages);
  return bundlesFor(block, to).map((bundle) => ({ to, origin: elsewhere, bundle }));
});
const supply = 300n + 3n * 4n * 8n;

/** Runs of chains under a policy, each step of which keeps the supply; answers what they met. */
function runs(policy: ResourcePolicy): ReadonlySet<string> {
  const seen = new Set<string>();
  const blocks = fc.array(anyBlock, { minLength: 20, maxLength: 40 });
  fc.assert(
    fc.property(blocks, (made) => {
      const economy = openEconomy(
        chains.map((id) => [id, config(100n)] as const),
        { policy, underWay },
      );
      for (const { chain: which, signer, doings } of made) {
        const { chains: known } = economy;
        const chain = known[which % known.length] ?? sender;
        const transactions = transactionsOf(economy, chain, doings);
        const refused = economy.make(chain, signer, transactions);
        equal(economy.supply(), supply);
        for (const one of transactions) seen.add(`${nameOf(one)} ${refused ?? 'done'}`);
      }
    }),
    { numRuns: 150, seed: 4 },
  );
  return seen;
}

test('whatever chains do to each other, no token is made and none is lost', () => {
  const seen = runs(freePolicy);
  deepEqual(
    met.filter((one) => !seen.has(one)),
    [],
  );
});

test('with fees, whatever is gone from accounts and messages is counted as burned', () => {
  const prices = {
    ...freePolicy.prices,
    operation: amount(1n),
    message: amount(2n),
    blobPublished: amount(3n),
  };
  const seen = runs({ ...freePolicy, prices });
  const refused = ['transfer', 'claim', 'open-chain'].map((one) => `${one} out-of-fees`);
  deepEqual(
    [...met, ...refused].filter((one) => !seen.has(one)),
    [],
  );
});

/** What a run must have met for its result to say anything. */
const met = [
  ...['transfer', 'claim', 'approve', 'transfer-from', 'open-chain', 'close-chain'],
  ...['accept credit tracked', 'reject credit tracked', 'accept credit protected'],
  ...['accept withdraw simple', 'reject withdraw simple', 'accept credit bouncing'],
  ...['reject credit protected', 'reject credit bouncing'],
].map((name) => `${name} done`);

function nameOf(one: Transaction): string {
  if (one.kind === 'operation') return one.operation.kind;
  const [message] = one.bundle.messages;
  return `${one.action.kind} ${message?.body.kind} ${message?.delivery.kind}`;
}
