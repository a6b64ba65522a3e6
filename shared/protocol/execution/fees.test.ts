import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { answering, blockOf, doing, parentTime, viewWith } from '#test/support/execution.ts';
import { regularOwner, stranger, superOwner, walletChain } from '#test/support/managers.ts';
import { messageTo, other, recipient, sender } from '#test/support/messages.ts';
import { blobIdOf } from '../block/blob.ts';
import type { OutgoingMessage } from '../block/message.ts';
import { testnetPolicy } from '../block/named-policies.ts';
import type { Operation } from '../block/operation.ts';
import { type AccountOwner, chainOwner } from '../block/owner.ts';
import { openPermissions } from '../block/permissions.ts';
import { freePolicy, type ResourcePolicy } from '../block/policy.ts';
import type { ProposedBlock } from '../block/proposed-block.ts';
import type { Transaction } from '../block/transaction.ts';
import { amount, epoch } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';
import { blobFacts } from './blob-facts.ts';
import { executeBlock } from './execute-block.ts';
import { readBalance, readBurned } from './system-state.ts';

/** 10⁻⁹ of a token. */
const nano = 10n ** 9n;
const token = 10n ** 18n;
const data = blobIdOf({ kind: 'data' }, new Uint8Array(1_000));
const blobs = () => blobFacts(new Map([[data, 1_000]]), new Map([[data, true]]));

/** What refuses the block, or the messages that it sends. */
function run(
  view: StateView,
  transactions: readonly Transaction[],
  changed: Partial<ProposedBlock> = {},
  policy: ResourcePolicy = testnetPolicy,
): string | readonly OutgoingMessage[] {
  const block = blockOf(transactions, changed);
  const executed = executeBlock(view, block, { policy, parentTime, blobs: blobs() });
  if (!executed.ok) return executed.error.kind;
  return executed.value?.block.outcome.messages.map(({ message }) => message) ?? 'unknown';
}

const left = (view: StateView, ...owners: readonly AccountOwner[]) =>
  owners.map((owner) => readBalance(view, owner));

const config = {
  ownership: walletChain,
  epoch: epoch(0),
  account: chainOwner,
  balance: amount(0n),
  permissions: openPermissions,
};
const transfer = (to = recipient): Operation => ({
  kind: 'transfer',
  from: chainOwner,
  to: { chain: to, owner: chainOwner },
  amount: amount(0n + nano),
});

/** Bytes of the operation, what it moves, and what it costs besides 10 µ and 10 n for each byte. */
const prices: readonly (readonly [string, Operation, number, bigint, bigint])[] = [
  ['a transfer within the chain', transfer(sender), 51, 0n, 0n],
  ['a transfer to another chain', transfer(), 51, nano, 10_000n + 70n * 100n],
  [
    'an allowance',
    { kind: 'approve', owner: superOwner, spender: stranger, amount: amount(1n) },
    83,
    0n,
    0n,
  ],
  ['a blob', { kind: 'publish-blob', blob: data }, 33, 0n, 1_000n + 1_000n * 100n],
  ['a look at a blob', { kind: 'verify-blob', blob: data }, 33, 0n, 100n],
  ['a chain of its own', { kind: 'open-chain', config }, 86, 0n, 1_000n + 138n * 100n],
  ['the end of the chain', { kind: 'close-chain' }, 1, 0n, 0n],
];
for (const [name, operation, bytes, moved, besides] of prices) {
  test(`${name} costs exactly what its parts cost`, () => {
    const view = viewWith({ balances: [[chainOwner, token]] });
    equal(typeof run(view, doing(operation)), 'object');
    const cost = (10_000n + 10n * BigInt(bytes) + besides) * nano;
    deepEqual(left(view, chainOwner), [token - moved - cost]);
    equal(readBurned(view), cost);
  });
}

test("nobody's tokens are burned by who may not spend them", () => {
  for (const [signer, has, result] of [
    [stranger, 0n, 'out-of-fees'],
    [undefined, token, 'out-of-fees'],
    [stranger, token, []],
  ] as const) {
    const view = viewWith({
      balances: [
        [chainOwner, token],
        [stranger, has],
      ],
    });
    deepEqual(run(view, doing({ kind: 'publish-blob', blob: data }), { signer }), result);
    deepEqual(left(view, chainOwner), [token]);
  }
});

/** Of a transfer within the chain of nobody's tokens. */
const cost = 10_000n * nano + 51n * 10n * nano;
/** Who signs, what the chain and its super owner have, and what they have after; or a refusal. */
type Held = readonly [bigint, bigint];
const payers: readonly (readonly [string, AccountOwner, Held, Held | string])[] = [
  ['the chain pays first', superOwner, [cost + nano, cost], [nano, cost]],
  ['the chain pays to its last token', superOwner, [cost, cost], [0n, cost]],
  ['the signer pays what the chain lacks', superOwner, [cost - 5n, cost], [0n, cost - 5n]],
  ['the signer pays all for a chain with nothing', superOwner, [0n, cost], [0n, 0n]],
  ['one token too few is too few', superOwner, [1n, cost - 2n], 'out-of-fees'],
  ['no other account pays', regularOwner, [0n, cost], 'out-of-fees'],
  ['the chain pays for none but its owners', stranger, [cost, 0n], 'out-of-fees'],
];
const approve: Operation = {
  kind: 'approve',
  owner: regularOwner,
  spender: stranger,
  amount: amount(1n),
};
for (const [name, signer, [ofChain, ofOwner], after] of payers) {
  test(name, () => {
    const operation = { ...approve, owner: signer };
    const more = 32n * 10n * nano;
    const view = viewWith({
      balances: [
        [chainOwner, ofChain === 0n ? 0n : ofChain + more],
        [superOwner, ofChain === 0n ? ofOwner + more : ofOwner],
      ],
    });
    const before = view.checkpoint();
    const sent = run(view, doing(operation), { signer });
    if (typeof after === 'string') {
      equal(sent, after);
      view.rollback(before);
      equal(readBurned(view), 0n);
    } else {
      deepEqual(left(view, chainOwner, superOwner), after);
      equal(readBurned(view), cost + more);
    }
  });
}

test('what a block burns adds up over transactions and blocks', () => {
  const view = viewWith({ balances: [[chainOwner, token]] });
  for (const times of [1n, 3n, 4n]) {
    const count = times === 3n ? 2 : 1;
    run(view, doing(...Array.from({ length: count }, () => transfer(sender))));
    equal(readBurned(view), times * cost);
  }
  deepEqual(left(view, chainOwner), [token - 4n * cost]);
});

test('with the free policy nothing is burned and no entry of it is written', () => {
  const [free, never] = [viewWith(), viewWith()];
  run(free, doing(approve), { signer: regularOwner }, freePolicy);
  equal(readBurned(free), 0n);
  const zero = { ...approve, amount: amount(0n) };
  run(free, doing(zero), { signer: regularOwner }, freePolicy);
  equal(free.commit()?.root, never.commit()?.root);
});

test('a chain with nothing takes credits, refuses bundles and takes back what returns', () => {
  const steps = [
    ...answering('accept', [messageTo(recipient, 'tracked', 5n)]),
    ...answering('reject', [messageTo(recipient, 'tracked', 5n)]),
    ...answering('accept', [messageTo(recipient, 'bouncing', 5n)]),
  ];
  for (const step of steps) {
    const view = viewWith();
    equal(typeof run(view, [step], { chain: recipient }), 'object');
    equal(readBurned(view), 0n);
  }
});

/** An owner far away asks for his account here, to be paid on a third chain. */
const withdraw = (grant: bigint): OutgoingMessage => ({
  ...messageTo(recipient, 'simple'),
  authenticated: regularOwner,
  grant: amount(grant),
  refundTo: { chain: sender, owner: regularOwner },
  body: {
    kind: 'withdraw',
    owner: regularOwner,
    amount: amount(7n),
    to: { chain: other, owner: chainOwner },
  },
});
/** Of the credit that answers: 102 bytes. */
const answer = 10_000n * nano + 102n * 100n * nano;

/** Grant, what the chain and the signer have, and what they and the refund are after. */
type Paid = readonly [bigint, bigint, bigint];
const grants: readonly (readonly [string, Paid, Paid | string])[] = [
  ['a grant pays alone while it can, and the rest goes back', [answer + 3n, 5n, 5n], [3n, 5n, 5n]],
  ['a grant that just suffices leaves nothing', [answer, 5n, 5n], [0n, 5n, 5n]],
  ['the chain pays what the grant lacks', [answer - 4n, 5n, 5n], [0n, 1n, 5n]],
  ['the signer pays what grant and chain lack', [answer - 9n, 5n, 5n], [0n, 0n, 1n]],
  ['all three together may pay too little', [answer - 11n, 5n, 5n], 'out-of-fees'],
];
for (const [name, [grant, ofChain, ofSigner], after] of grants) {
  test(name, () => {
    const view = viewWith({
      balances: [
        [chainOwner, ofChain],
        [superOwner, ofSigner],
        [regularOwner, 7n],
      ],
    });
    const sent = run(view, answering('accept', [withdraw(grant)]), { chain: recipient });
    if (typeof sent === 'string' || typeof after === 'string') return equal(sent, after);
    const [credit, refund] = sent;
    equal(credit?.destination, other);
    const { body, delivery } = refund ?? {};
    deepEqual(
      refund ? [refund.destination, delivery?.kind, body?.kind] : [],
      after[0] > 0n ? [sender, 'tracked', 'credit'] : [],
    );
    equal(body?.kind === 'credit' ? body.amount : 0n, after[0]);
    deepEqual(left(view, chainOwner, superOwner, regularOwner), [...after.slice(1), 0n]);
    equal(readBurned(view), answer);
  });
}

test('a refused request gives its whole grant back, and costs nothing', () => {
  const view = viewWith();
  const sent = run(view, answering('reject', [withdraw(9n)]), { chain: recipient });
  const bodies = typeof sent === 'string' ? sent : sent.map(({ body }) => body);
  deepEqual(bodies, [{ kind: 'credit', target: regularOwner, amount: 9n, source: chainOwner }]);
  equal(readBurned(view), 0n);
});

const claim: Operation = {
  kind: 'claim',
  from: { chain: recipient, owner: regularOwner },
  to: { chain: other, owner: chainOwner },
  amount: amount(7n),
};

test('a claim brings the grant that pays for its answer, from the chain of its owner', () => {
  const view = viewWith({ balances: [[chainOwner, token]] });
  const sent = run(view, doing(claim), { signer: regularOwner });
  if (typeof sent === 'string') return equal(sent, 'a message');
  const [asked] = sent;
  equal(asked?.grant, answer);
  deepEqual(asked?.refundTo, { chain: sender, owner: chainOwner });
  deepEqual(left(view, chainOwner), [token - answer - readBurned(view)]);
  const there = viewWith({ balances: [[regularOwner, 7n]] });
  const answered = run(there, answering('accept', [asked as OutgoingMessage]), {
    chain: recipient,
  });
  equal(answered.length, 1);
  deepEqual([readBurned(there), ...left(there, chainOwner)], [answer, 0n]);
});

test("a stranger's claim takes its grant from his account, never from the chain's balance", () => {
  const operation: Operation = { ...claim, from: { chain: recipient, owner: stranger } };
  const poor = viewWith({ balances: [[chainOwner, token]] });
  equal(run(poor, doing(operation), { signer: stranger }), 'out-of-fees');
  const view = viewWith({
    balances: [
      [chainOwner, token],
      [stranger, token],
    ],
  });
  const sent = run(view, doing(operation), { signer: stranger });
  deepEqual(typeof sent === 'string' ? sent : sent[0]?.refundTo, {
    chain: sender,
    owner: stranger,
  });
  deepEqual(left(view, chainOwner, stranger), [token, token - answer - readBurned(view)]);
});

test('a claim that is answered where it is asked needs no grant', () => {
  const view = viewWith({ balances: [[chainOwner, token]] });
  const to = { chain: recipient, owner: chainOwner };
  const sent = run(view, doing({ ...claim, to }), { signer: regularOwner });
  equal(typeof sent === 'string' ? sent : sent[0]?.grant, 0n);
});

test('no block uses more of anything than the policy admits', () => {
  const limits = (changed: Partial<ResourcePolicy['limits']>) => ({
    ...freePolicy,
    limits: { ...freePolicy.limits, ...changed },
  });
  const publish = { kind: 'publish-blob', blob: data } as const;
  const cases: readonly (readonly [readonly Operation[], Readonly<Record<string, number>>])[] = [
    [[transfer()], { operationBytes: 51 }],
    [[transfer()], { transactionMessages: 1 }],
    [[transfer()], { transactionMessageBytes: 70 }],
    [[transfer(), transfer()], { messages: 2 }],
    [[publish], { blobBytes: 1_000 }],
    [[publish, publish], { publishedBlobs: 2 }],
  ];
  for (const [operations, limit] of cases) {
    const rich = () => viewWith({ balances: [[chainOwner, token]] });
    equal(typeof run(rich(), doing(...operations), {}, limits(limit)), 'object');
    const less = Object.fromEntries(Object.entries(limit).map(([name, most]) => [name, most - 1]));
    equal(run(rich(), doing(...operations), {}, limits(less)), 'limit-exceeded');
  }
});
