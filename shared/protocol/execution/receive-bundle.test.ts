import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { balanceOf, blockOf, execute, kindOf, viewWith } from '#test/support/execution.ts';
import { regularOwner } from '#test/support/managers.ts';
import { blockSending, cursor, messageTo, recipient, sender } from '#test/support/messages.ts';
import type { MessageBody, MessageBundle, OutgoingMessage } from '../block/message.ts';
import { chainOwner } from '../block/owner.ts';
import type { Transaction } from '../block/transaction.ts';
import { bundlesFor } from '../messaging/bundles.ts';
import { u128Max } from '../primitives/numbers.ts';
import type { Executed } from './execute-block.ts';
import { readNextToRemove } from './system-state.ts';

const message = messageTo(recipient, 'tracked', 7n);

/** Transactions that answer what the sender's block at `height` has, each message a bundle. */
function answers(
  action: 'accept' | 'reject',
  messages: readonly OutgoingMessage[],
  height = 0,
): readonly Transaction[] {
  const sent = messages.map((one, transaction) => ({ transaction, message: one }));
  return bundlesFor(blockSending(height, sent), recipient).map((bundle) => receive(action, bundle));
}

function receive(action: 'accept' | 'reject', bundle: MessageBundle): Transaction {
  return { kind: 'receive', origin: sender, action: { kind: action }, bundle };
}

function received(transactions: readonly Transaction[], view = viewWith()) {
  return execute(view, blockOf(transactions, { chain: recipient }));
}

test('an accepted credit is paid to its target', () => {
  const view = viewWith();
  const toOwner = { ...message.body, target: regularOwner } as MessageBody;
  received(answers('accept', [message, { ...message, body: toOwner }]), view);
  deepEqual([balanceOf(view, chainOwner), balanceOf(view, regularOwner)], [7n, 7n]);
  deepEqual(readNextToRemove(view, sender), cursor(0, 2));
});

test('a refused tracked credit returns as a bouncing message, and pays nobody here', () => {
  const view = viewWith();
  const { block } = received(answers('reject', [message]), view) as Executed;
  equal(balanceOf(view, chainOwner), 0n);
  const back = { ...message, destination: sender, delivery: { kind: 'bouncing' } };
  deepEqual(block.outcome.messages, [{ transaction: 0, message: back }]);
  deepEqual(readNextToRemove(view, sender), cursor(0, 1));
});

test('a returned credit goes back to whom it was taken from', () => {
  const view = viewWith();
  const body = { ...message.body, source: regularOwner } as MessageBody;
  const returned = { ...message, body, delivery: { kind: 'bouncing' } as const };
  received(answers('accept', [returned]), view);
  deepEqual([balanceOf(view, chainOwner), balanceOf(view, regularOwner)], [0n, 7n]);
});

test('what returned never returns again, and a protected message is never refused', () => {
  for (const kind of ['bouncing', 'protected'] as const) {
    const result = received(answers('reject', [messageTo(recipient, kind)]));
    equal(kindOf(result), 'cannot-reject');
  }
});

test('a refused simple message is gone', () => {
  const { block } = received(answers('reject', [messageTo(recipient, 'simple')])) as Executed;
  deepEqual(block.outcome.messages, []);
});

test('a credit stops at the greatest amount instead of failing', () => {
  const view = viewWith({ balances: [[chainOwner, u128Max - 3n]] });
  equal(kindOf(received(answers('accept', [message]), view)), undefined);
  equal(balanceOf(view, chainOwner), u128Max);
});

test('a message of a later version is not accepted, but may be refused', () => {
  const body: MessageBody = { kind: 'checkpoint-ack', cursor: cursor(1) };
  const later = answers('accept', [{ ...message, body }]);
  equal(kindOf(received(later)), 'not-supported');
  equal(kindOf(received(answers('reject', [{ ...message, body }]))), undefined);
});

test('a bundle is taken once in a block', () => {
  const [one] = answers('accept', [message]) as [Transaction];
  equal(kindOf(received([one, one])), 'bundle-already-taken');
});

test('a tracked bundle holds back those behind it, within a block and across blocks', () => {
  const [first, second, third] = answers('accept', [message, message, message]) as [
    Transaction,
    Transaction,
    Transaction,
  ];
  equal(kindOf(received([second])), 'bundle-skips-unskippable');
  equal(kindOf(received([first, third])), 'bundle-skips-unskippable');
  const view = viewWith();
  equal(kindOf(received([first], view)), undefined);
  equal(kindOf(received([second, third], view)), undefined);
  equal(kindOf(received([first], view)), 'bundle-already-taken');
});

test('a simple bundle may be passed over, and is then past', () => {
  const simple = messageTo(recipient, 'simple');
  const [first, second] = answers('accept', [simple, message]) as [Transaction, Transaction];
  const view = viewWith();
  equal(kindOf(received([second], view)), undefined);
  equal(kindOf(received([first], view)), 'bundle-already-taken');
});

test('each sender has a cursor of its own', () => {
  const view = viewWith();
  received(answers('accept', [message], 4), view);
  deepEqual(readNextToRemove(view, sender), cursor(4, 1));
  deepEqual(readNextToRemove(view, recipient), cursor(0));
});
