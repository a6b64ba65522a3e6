import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  blockOf,
  execute,
  kindOf,
  parentTime,
  transfer,
  viewWith,
} from '#test/support/execution.ts';
import {
  blockSending,
  cursor,
  messageTo,
  other,
  recipient,
  sender,
} from '#test/support/messages.ts';
import type { Operation } from '../block/operation.ts';
import { chainOwner } from '../block/owner.ts';
import { freePolicy, type ResourcePolicy } from '../block/policy.ts';
import type { ProposedBlock } from '../block/proposed-block.ts';
import { bundlesFor } from '../messaging/bundles.ts';
import { blockHeight, epoch, timestamp } from '../primitives/numbers.ts';
import type { Executed } from './execute-block.ts';

const pay = transfer(chainOwner, { chain: recipient, owner: chainOwner }, 1n);
const rich = () => viewWith({ balances: [[chainOwner, 1_000n]] });

function kind(changed: Partial<ProposedBlock>, policy: ResourcePolicy = freePolicy) {
  return kindOf(execute(rich(), blockOf([pay], changed), policy));
}

function limited(limits: Partial<ResourcePolicy['limits']>): ResourcePolicy {
  return { ...freePolicy, limits: { ...freePolicy.limits, ...limits } };
}

test('a block of another protocol version is for later', () => {
  equal(kind({ version: 2 }), 'not-supported');
  equal(kind({ version: 0 }), 'not-supported');
});

test("a block states its chain's epoch", () => {
  equal(kind({ epoch: epoch(1) }), 'wrong-epoch');
});

test('a block has at least one transaction', () => {
  equal(kind({ transactions: [] }), 'empty-block');
});

test('as many transactions as the limit are fine, and one more is too many', () => {
  const policy = limited({ transactions: 3 });
  equal(kind({ transactions: [pay, pay, pay] }, policy), undefined);
  equal(kind({ transactions: [pay, pay, pay, pay] }, policy), 'too-many-transactions');
});

test('a block of just the greatest size is fine, and a byte more is too large', () => {
  const { bodyBytes } = execute(rich(), blockOf([pay, pay])) as Executed;
  const transactions = [pay, pay];
  equal(kind({ transactions }, limited({ blockBytes: bodyBytes })), undefined);
  equal(kind({ transactions }, limited({ blockBytes: bodyBytes - 1 })), 'block-too-large');
});

test("a block's time is not before its parent's", () => {
  equal(kind({ timestamp: parentTime }), undefined);
  equal(kind({ timestamp: timestamp(parentTime - 1n) }), 'timestamp-behind');
});

test("a block's time is not before that of any bundle it takes", () => {
  const sent = blockSending(0, [{ transaction: 0, message: messageTo(other) }]);
  const [bundle] = bundlesFor(sent, other);
  const late = { ...(bundle as NonNullable<typeof bundle>), timestamp: timestamp(2_000n) };
  const step = {
    kind: 'receive',
    origin: sender,
    action: { kind: 'accept' },
    bundle: late,
  } as const;
  const transactions = [pay, step];
  equal(kind({ chain: other, transactions, timestamp: timestamp(1_999n) }), 'timestamp-behind');
  equal(kind({ chain: other, transactions, timestamp: timestamp(2_000n) }), undefined);
});

test('a refused block leaves the state where a rollback finds it', () => {
  const view = rich();
  const before = view.checkpoint();
  const root = view.commit()?.root;
  equal(
    kindOf(execute(view, blockOf([pay, pay, { kind: 'operation', operation: tooMuch }]))),
    'insufficient-balance',
  );
  view.rollback(before);
  equal(view.commit()?.root, root);
});

const tooMuch: Operation = {
  kind: 'transfer',
  from: chainOwner,
  to: { chain: recipient, owner: chainOwner },
  amount: (1n << 100n) as never,
};

test('equal blocks over equal states have one outcome', () => {
  const [first, second] = [rich(), rich()].map((view) => execute(view, blockOf([pay]))) as [
    Executed,
    Executed,
  ];
  equal(first.block.hash, second.block.hash);
  deepEqual(first.block, second.block);
  equal(first.block.outcome.state, first.state.root);
});

test("a block links its messages to the sender's earlier ones, recipient by recipient", () => {
  const view = rich();
  const to = (chain: typeof recipient) => transfer(chainOwner, { chain, owner: chainOwner }, 1n);
  const at = (height: bigint, ...chains: (typeof recipient)[]) => {
    const block = blockOf(chains.map(to), { height: blockHeight(height) });
    return (execute(view, block) as Executed).block.outcome.previousMessages;
  };
  deepEqual(at(3n, recipient, recipient), [
    { recipient, height: undefined, lastUnskippable: undefined },
  ]);
  deepEqual(at(5n, other), [{ recipient: other, height: undefined, lastUnskippable: undefined }]);
  const both = at(6n, other, recipient);
  const expected = [
    { recipient, height: 3n, lastUnskippable: cursor(3, 1) },
    { recipient: other, height: 5n, lastUnskippable: cursor(5, 0) },
  ];
  deepEqual(
    both,
    expected.toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1)),
  );
});
