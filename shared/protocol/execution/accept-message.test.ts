import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  answering,
  balanceOf,
  blockOf,
  execute,
  kindOf,
  viewWith,
} from '#test/support/execution.ts';
import { regularOwner, stranger, superOwner } from '#test/support/managers.ts';
import { messageTo, other, recipient, sender } from '#test/support/messages.ts';
import type { OutgoingMessage } from '../block/message.ts';
import { type AccountOwner, chainOwner } from '../block/owner.ts';
import { amount } from '../primitives/numbers.ts';
import type { Executed } from './execute-block.ts';

const there = { chain: other, owner: stranger };

function asking(owner: AccountOwner, tokens: bigint, to = there): OutgoingMessage {
  return {
    ...messageTo(recipient, 'simple'),
    authenticated: owner.kind === 'chain' ? undefined : owner,
    body: { kind: 'withdraw', owner, amount: amount(tokens), to },
  };
}

function accepted(message: OutgoingMessage, view = viewWith(), signer = superOwner) {
  const transactions = answering('accept', [message]);
  return execute(view, blockOf(transactions, { chain: recipient, signer }));
}

const rich = () =>
  viewWith({ balances: [chainOwner, superOwner, stranger].map((one) => [one, 9n]) });

test('a withdrawal takes from the account and sends what comes back to it if it is refused', () => {
  const view = rich();
  const { outcome } = (accepted(asking(stranger, 9n), view) as Executed).block;
  equal(balanceOf(view, stranger), 0n);
  const body = { kind: 'credit', target: stranger, amount: 9n, source: stranger };
  const message = { ...messageTo(other, 'tracked'), body };
  deepEqual(outcome.messages, [{ transaction: 0, message }]);
});

test('a withdrawal to an account of the same chain is paid at once', () => {
  const view = rich();
  const to = { chain: recipient, owner: regularOwner };
  const { outcome } = (accepted(asking(stranger, 4n, to), view) as Executed).block;
  deepEqual([balanceOf(view, stranger), balanceOf(view, regularOwner)], [5n, 4n]);
  deepEqual(outcome.messages, []);
});

/** Whose account is asked for, in whose name, and whether that is enough. */
const matrix: readonly (readonly [AccountOwner, AccountOwner | undefined, boolean])[] = [
  [stranger, stranger, true],
  [stranger, undefined, false],
  [stranger, superOwner, false],
  [superOwner, stranger, false],
  [chainOwner, superOwner, true],
  [chainOwner, regularOwner, true],
  [chainOwner, stranger, false],
  [chainOwner, undefined, false],
];
const names = new Map<AccountOwner | undefined, string>([
  [superOwner, 'a super owner'],
  [regularOwner, 'a regular owner'],
  [stranger, 'a stranger'],
  [undefined, 'nobody'],
  [chainOwner, 'the chain'],
]);

for (const [owner, authenticated, allowed] of matrix) {
  const verb = allowed ? 'takes' : 'never takes';
  test(`a message of ${names.get(authenticated)} ${verb} what belongs to ${names.get(owner)}`, () => {
    const message = { ...asking(owner, 1n), authenticated };
    equal(kindOf(accepted(message, rich())), allowed ? undefined : 'unauthenticated');
  });
}

test('who signs the receiving block lends a message no authority', () => {
  const unsigned = { ...asking(stranger, 1n), authenticated: undefined };
  equal(kindOf(accepted(unsigned, rich(), stranger)), 'unauthenticated');
  const ofChain = { ...asking(chainOwner, 1n), authenticated: undefined };
  equal(kindOf(accepted(ofChain, rich(), superOwner)), 'unauthenticated');
});

test('a withdrawal of nothing, or of more than there is, is refused', () => {
  equal(kindOf(accepted(asking(stranger, 0n), rich())), 'zero-amount');
  equal(kindOf(accepted(asking(stranger, 10n), rich())), 'insufficient-balance');
});

test('a withdrawal that came back takes nothing', () => {
  const view = rich();
  const back = { ...asking(stranger, 5n), delivery: { kind: 'bouncing' } } as const;
  equal(kindOf(accepted(back, view)), undefined);
  equal(balanceOf(view, stranger), 9n);
});

test('a bundle with one message that cannot be executed is refused as a whole', () => {
  const view = rich();
  const root = view.commit()?.root;
  const before = view.checkpoint();
  const bundle = [messageTo(recipient, 'tracked', 5n), asking(stranger, 10n)];
  const transactions = answering('accept', bundle, 'in one bundle');
  const result = execute(view, blockOf(transactions, { chain: recipient }));
  equal(kindOf(result), 'insufficient-balance');
  view.rollback(before);
  equal(view.commit()?.root, root);
  const refusing = answering('reject', bundle, 'in one bundle');
  const refused = execute(view, blockOf(refusing, { chain: recipient })) as Executed;
  equal(refused.block.outcome.messages[0]?.message.destination, sender);
});
