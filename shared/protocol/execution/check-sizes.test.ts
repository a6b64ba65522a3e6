import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { answering, blockOf, doing, execute, kindOf, viewWith } from '#test/support/execution.ts';
import { regularOwner, superOwner } from '#test/support/managers.ts';
import { messageTo, other, recipient } from '#test/support/messages.ts';
import { type MessageKind, messagesMax, type OutgoingMessage } from '../block/message.ts';
import type { Operation } from '../block/operation.ts';
import { chainOwner } from '../block/owner.ts';
import { freePolicy } from '../block/policy.ts';
import { amount } from '../primitives/numbers.ts';

const limited = (limits: Partial<typeof freePolicy.limits>) => ({
  ...freePolicy,
  limits: { ...freePolicy.limits, ...limits },
});

/** 83 bytes, and 71 when it takes back what it allowed the chain. */
const approve = (spender: Extract<Operation, { kind: 'approve' }>['spender']): Operation => ({
  kind: 'approve',
  owner: superOwner,
  spender,
  amount: amount(1n),
});

test('each operation is held to its size, and not all of them together', () => {
  const block = blockOf(doing(approve(chainOwner), approve(regularOwner), approve(regularOwner)));
  equal(kindOf(execute(viewWith(), block, limited({ operationBytes: 83 }))), undefined);
  equal(kindOf(execute(viewWith(), block, limited({ operationBytes: 82 }))), 'limit-exceeded');
});

test('each transaction is held to what it sends, and not all of them together', () => {
  const to = { chain: other, owner: chainOwner };
  const pay: Operation = { kind: 'transfer', from: chainOwner, to, amount: amount(1n) };
  const view = () => viewWith({ balances: [[chainOwner, 9n]] });
  const block = blockOf(doing(pay, pay, pay));
  equal(kindOf(execute(view(), block, limited({ transactionMessageBytes: 70 }))), undefined);
  equal(kindOf(execute(view(), block, limited({ transactionMessageBytes: 69 }))), 'limit-exceeded');
});

/** As large as a credit gets, in as large a bundle as there is. */
function largest(kind: MessageKind['kind']): readonly OutgoingMessage[] {
  const to = { target: superOwner, source: regularOwner, amount: amount(1n) };
  const one: OutgoingMessage = {
    ...messageTo(recipient, kind),
    authenticated: superOwner,
    grant: amount(1n),
    body: { kind: 'credit', ...to },
  };
  return Array.from({ length: messagesMax }, () => one);
}

test('as large a bundle as there is may be refused in a block, or taken where it came back', () => {
  for (const [action, kind] of [
    ['reject', 'tracked'],
    ['reject', 'simple'],
    ['accept', 'bouncing'],
  ] as const) {
    const block = blockOf(answering(action, largest(kind), 'in one bundle'), { chain: recipient });
    equal(kindOf(execute(viewWith(), block)), undefined);
    const tiny = limited({ transactionMessageBytes: 1, transactionMessages: 1 });
    equal(kindOf(execute(viewWith(), block, tiny)), undefined);
  }
});

test('a bundle that makes its recipient send too much is not accepted', () => {
  const block = blockOf(answering('accept', largest('tracked'), 'in one bundle'), {
    chain: recipient,
  });
  equal(kindOf(execute(viewWith(), block)), undefined);
  for (const tiny of [{ transactionMessageBytes: 1_000 }, { transactionMessages: 1_023 }]) {
    equal(kindOf(execute(viewWith(), block, limited(tiny))), 'limit-exceeded');
  }
});
