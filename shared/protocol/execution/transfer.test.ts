import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  balanceOf,
  blockOf,
  execute,
  holders,
  kindOf,
  transfer,
  viewWith,
} from '#test/support/execution.ts';
import { regularOwner, stranger, superOwner } from '#test/support/managers.ts';
import { recipient, sender } from '#test/support/messages.ts';
import { type AccountOwner, chainOwner } from '../block/owner.ts';
import { u128Max } from '../primitives/numbers.ts';
import type { Executed } from './execute-block.ts';

const application: AccountOwner = { kind: 'application', id: sender as string as never };
const here = { chain: sender, owner: regularOwner };
const there = { chain: recipient, owner: chainOwner };

/** Who signs, from whose account, and whether that is allowed. */
const matrix: readonly (readonly [AccountOwner | undefined, AccountOwner, boolean])[] = [
  [superOwner, chainOwner, true],
  [regularOwner, chainOwner, true],
  [stranger, chainOwner, false],
  [undefined, chainOwner, false],
  [superOwner, superOwner, true],
  [stranger, stranger, true],
  [superOwner, regularOwner, false],
  [stranger, superOwner, false],
  [undefined, superOwner, false],
  [superOwner, application, false],
  [chainOwner, superOwner, false],
];
const names = new Map<AccountOwner | undefined, string>([
  [superOwner, 'a super owner'],
  [regularOwner, 'a regular owner'],
  [stranger, 'a stranger'],
  [undefined, 'nobody'],
  [application, 'an application'],
  [chainOwner, 'the chain'],
]);

for (const [signer, from, allowed] of matrix) {
  const verb = allowed ? 'spends' : 'never spends';
  test(`${names.get(signer)} ${verb} what belongs to ${names.get(from)}`, () => {
    for (const to of [here, there]) {
      const view = viewWith({ balances: [[from, 5n]] });
      const result = execute(view, blockOf([transfer(from, to, 5n)], { signer }));
      equal(kindOf(result), allowed ? undefined : 'unauthenticated');
    }
  });
}

test('a transfer within the chain moves the tokens and tells nobody', () => {
  const view = viewWith({ balances: [[chainOwner, 10n]] });
  const executed = execute(view, blockOf([transfer(chainOwner, here, 4n)])) as Executed;
  deepEqual([balanceOf(view, chainOwner), balanceOf(view, regularOwner)], [6n, 4n]);
  deepEqual(executed.block.outcome.messages, []);
});

test('a transfer to another chain takes the tokens and sends a tracked credit', () => {
  const view = viewWith({ balances: [[superOwner, 10n]] });
  const executed = execute(view, blockOf([transfer(superOwner, there, 4n)])) as Executed;
  equal(balanceOf(view, superOwner), 6n);
  const [sent] = executed.block.outcome.messages;
  equal(sent?.message.destination, recipient);
  equal(sent?.message.delivery.kind, 'tracked');
  equal(sent?.message.authenticated, undefined);
  const body = { kind: 'credit', target: chainOwner, amount: 4n, source: superOwner };
  deepEqual(sent?.message.body, body);
});

test('all of a balance may be spent, and not one unit more', () => {
  for (const to of [here, there]) {
    const balances = [[chainOwner, 5n]] as const;
    equal(
      kindOf(execute(viewWith({ balances }), blockOf([transfer(chainOwner, to, 5n)]))),
      undefined,
    );
    const over = execute(viewWith({ balances }), blockOf([transfer(chainOwner, to, 6n)]));
    deepEqual(over, {
      kind: 'insufficient-balance',
      found: '0.000000000000000005 tokens',
      expected: 'at least 0.000000000000000006 tokens',
    });
  }
});

test('what a block receives it may spend, in order', () => {
  const block = (order: readonly [bigint, bigint]) => {
    const steps = { 1: transfer(chainOwner, here, 5n), 2: transfer(regularOwner, there, 5n) };
    return blockOf(
      order.map((at) => steps[Number(at) as 1 | 2]),
      { signer: regularOwner },
    );
  };
  const balances = [[chainOwner, 5n]] as const;
  equal(kindOf(execute(viewWith({ balances }), block([1n, 2n]))), undefined);
  equal(kindOf(execute(viewWith({ balances }), block([2n, 1n]))), 'insufficient-balance');
});

test('moving nothing is refused', () => {
  const view = viewWith({ balances: [[chainOwner, 5n]] });
  equal(kindOf(execute(view, blockOf([transfer(chainOwner, here, 0n)]))), 'zero-amount');
});

test('a transfer to oneself changes nothing', () => {
  const view = viewWith({ balances: [[chainOwner, 5n]] });
  execute(view, blockOf([transfer(chainOwner, { chain: sender, owner: chainOwner }, 5n)]));
  equal(balanceOf(view, chainOwner), 5n);
});

test('a credit within the chain stops at the greatest amount instead of failing', () => {
  const view = viewWith({
    balances: [
      [regularOwner, u128Max - 1n],
      [chainOwner, 5n],
    ],
  });
  equal(kindOf(execute(view, blockOf([transfer(chainOwner, here, 5n)]))), undefined);
  deepEqual([balanceOf(view, chainOwner), balanceOf(view, regularOwner)], [0n, u128Max]);
});

const anyTransfer = fc.record({
  from: fc.constantFrom(...holders),
  to: fc.constantFrom(
    ...holders.map((owner) => ({ chain: sender, owner })),
    ...holders.map((owner) => ({ chain: recipient, owner })),
  ),
  moved: fc.bigInt(0n, 40n),
});

test('tokens are neither made nor lost: what leaves the balances is in the messages', () => {
  fc.assert(
    fc.property(fc.array(anyTransfer, { minLength: 1, maxLength: 8 }), (transfers) => {
      const view = viewWith({ balances: holders.map((owner) => [owner, 50n] as const) });
      const steps = transfers.map(({ from, to, moved }) => transfer(from, to, moved));
      const before = view.checkpoint();
      const result = execute(view, blockOf(steps));
      if ('kind' in result) view.rollback(before);
      const messages = 'kind' in result ? [] : result.block.outcome.messages;
      const sent = messages.map(({ message: { body } }) =>
        body.kind === 'credit' ? body.amount : 0n,
      );
      const kept = holders.map((owner) => balanceOf(view, owner));
      equal(
        [...sent, ...kept].reduce((sum: bigint, part) => sum + part, 0n),
        150n,
      );
    }),
  );
});
