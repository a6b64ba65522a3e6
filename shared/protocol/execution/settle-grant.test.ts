import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { answering, balanceOf, blockOf, execute, viewWith } from '#test/support/execution.ts';
import { regularOwner, stranger } from '#test/support/managers.ts';
import { messageTo, other, recipient, sender } from '#test/support/messages.ts';
import type { MessageKind, OutgoingMessage } from '../block/message.ts';
import { type Account, chainOwner } from '../block/owner.ts';
import { amount } from '../primitives/numbers.ts';
import type { Executed } from './execute-block.ts';

const elsewhere: Account = { chain: other, owner: stranger };

function granted(kind: MessageKind['kind'], refundTo: Account | undefined): OutgoingMessage {
  return { ...messageTo(recipient, kind, 7n), grant: amount(3n), refundTo };
}

function answered(
  action: 'accept' | 'reject',
  message: OutgoingMessage,
  view = viewWith(),
): readonly OutgoingMessage[] {
  const block = blockOf(answering(action, [message]), { chain: recipient });
  const { outcome } = (execute(view, block) as Executed).block;
  return outcome.messages.map(({ message: sent }) => sent);
}

function refund(to: Account, tokens = 3n): OutgoingMessage {
  const plain = messageTo(to.chain, 'tracked', tokens);
  const body = { kind: 'credit', target: to.owner, amount: amount(tokens), source: chainOwner };
  return { ...plain, body } as OutgoingMessage;
}

test('what is left of a grant goes to whom the message says, by money that can come back', () => {
  deepEqual(answered('accept', granted('tracked', elsewhere)), [refund(elsewhere)]);
});

test('a refund on the same chain is paid at once', () => {
  const view = viewWith();
  const here = { chain: recipient, owner: regularOwner };
  deepEqual(answered('accept', granted('simple', here), view), []);
  deepEqual([balanceOf(view, chainOwner), balanceOf(view, regularOwner)], [7n, 3n]);
});

test('a grant that says nobody goes back to the chain it came from', () => {
  const origin = { chain: sender, owner: chainOwner };
  deepEqual(answered('accept', granted('tracked', undefined)), [refund(origin)]);
  deepEqual(answered('reject', granted('simple', undefined)), [refund(origin)]);
});

test('a refused simple message gives back its whole grant', () => {
  deepEqual(answered('reject', granted('simple', elsewhere)), [refund(elsewhere)]);
});

test('a refused tracked message returns with its grant, and with who gets what is left', () => {
  for (const to of [elsewhere, undefined]) {
    const refundTo = to ?? { chain: sender, owner: chainOwner };
    const back = { ...granted('bouncing', refundTo), destination: sender };
    deepEqual(answered('reject', granted('tracked', to)), [back]);
  }
});

test('a grant that came back is given back where it was to go', () => {
  const view = viewWith();
  deepEqual(answered('accept', granted('bouncing', elsewhere), view), [refund(elsewhere)]);
  equal(balanceOf(view, chainOwner), 7n);
});
