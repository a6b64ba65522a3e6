import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  answering,
  balanceOf,
  blockOf,
  doing,
  execute,
  kindOf,
  viewWith,
} from '#test/support/execution.ts';
import { superOwner } from '#test/support/managers.ts';
import { messageTo, recipient, sender } from '#test/support/messages.ts';
import type { MessageKind, OutgoingMessage } from '../block/message.ts';
import { chainOwner } from '../block/owner.ts';
import type { Executed } from './execute-block.ts';

const message = (kind: MessageKind['kind']) => messageTo(recipient, kind, 7n);

function closed() {
  const view = viewWith();
  execute(view, blockOf(doing({ kind: 'close-chain' }), { chain: recipient }));
  return view;
}

function answered(
  action: 'accept' | 'reject',
  messages: readonly OutgoingMessage[],
  view = closed(),
) {
  const transactions = answering(action, messages, 'in one bundle');
  return execute(view, blockOf(transactions, { chain: recipient, signer: superOwner }));
}

const sentBy = (result: ReturnType<typeof answered>) =>
  (result as Executed).block.outcome.messages.map(({ message: sent }) => sent);

const back = { ...messageTo(sender, 'bouncing', 7n), destination: sender };

test('a closed chain accepts nothing but what came back', () => {
  for (const kind of ['simple', 'tracked', 'protected'] as const) {
    equal(kindOf(answered('accept', [message(kind)])), 'chain-closed');
    equal(kindOf(answered('accept', [message('bouncing'), message(kind)])), 'chain-closed');
  }
  const view = closed();
  equal(kindOf(answered('accept', [message('bouncing'), message('bouncing')], view)), undefined);
  equal(balanceOf(view, chainOwner), 14n);
});

test('a closed chain refuses what is tracked, and the money goes home', () => {
  const view = closed();
  deepEqual(sentBy(answered('reject', [message('tracked')], view)), [back]);
  equal(balanceOf(view, chainOwner), 0n);
});

test('only a closed chain refuses a protected message, which returns', () => {
  equal(kindOf(answered('reject', [message('protected')], viewWith())), 'cannot-reject');
  deepEqual(sentBy(answered('reject', [message('protected')])), [back]);
});

test('no bundle blocks the inbox of a closed chain: what came back in it is taken', () => {
  const mixed = [message('bouncing'), message('tracked'), message('simple')];
  const view = closed();
  deepEqual(sentBy(answered('reject', mixed, view)), [back]);
  equal(balanceOf(view, chainOwner), 7n);
  equal(kindOf(answered('reject', mixed, viewWith())), 'cannot-reject');
});

test('a chain may close and answer its inbox in one block', () => {
  const transactions = [
    ...doing({ kind: 'close-chain' }),
    ...answering('reject', [message('tracked')]),
  ];
  equal(kindOf(execute(viewWith(), blockOf(transactions, { chain: recipient }))), undefined);
  const accepting = [
    ...doing({ kind: 'close-chain' }),
    ...answering('accept', [message('tracked')]),
  ];
  const result = execute(viewWith(), blockOf(accepting, { chain: recipient }));
  equal(kindOf(result), 'chain-closed');
});
