import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { balanceOf, blockOf, doing, execute, kindOf, viewWith } from '#test/support/execution.ts';
import { regularOwner, stranger, superOwner } from '#test/support/managers.ts';
import { other, recipient, sender } from '#test/support/messages.ts';
import type { Operation } from '../block/operation.ts';
import { type AccountOwner, chainOwner } from '../block/owner.ts';
import { amount } from '../primitives/numbers.ts';
import type { Executed } from './execute-block.ts';

const to = { chain: other, owner: stranger };

function claimOf(chain: typeof sender, owner: AccountOwner, tokens: bigint): Operation {
  return { kind: 'claim', from: { chain, owner }, to, amount: amount(tokens) };
}

test('a claim on another chain asks it in the name of the signer, and moves nothing here', () => {
  const view = viewWith({ balances: [[superOwner, 5n]] });
  const block = blockOf(doing(claimOf(recipient, superOwner, 9n)));
  const { outcome } = (execute(view, block) as Executed).block;
  const message = {
    destination: recipient,
    authenticated: superOwner,
    grant: 0n,
    refundTo: undefined,
    delivery: { kind: 'simple' },
    body: { kind: 'withdraw', owner: superOwner, amount: 9n, to },
  };
  deepEqual(outcome.messages, [{ transaction: 0, message }]);
  equal(balanceOf(view, superOwner), 5n);
});

test('a claim on the own chain is a transfer', () => {
  const view = viewWith({ balances: [[superOwner, 5n]] });
  const executed = execute(view, blockOf(doing(claimOf(sender, superOwner, 5n)))) as Executed;
  equal(balanceOf(view, superOwner), 0n);
  equal(executed.block.outcome.messages[0]?.message.body.kind, 'credit');
  equal(kindOf(execute(view, blockOf(doing(claimOf(sender, superOwner, 1n))))), insufficient);
  equal(kindOf(execute(view, blockOf(doing(claimOf(sender, regularOwner, 1n))))), refused);
});

const insufficient = 'insufficient-balance';
const refused = 'unauthenticated';

/** Who signs, whose account of another chain is claimed, and whether it may be asked. */
const matrix: readonly (readonly [AccountOwner | undefined, AccountOwner, string | undefined])[] = [
  [superOwner, superOwner, undefined],
  [stranger, stranger, undefined],
  [superOwner, regularOwner, refused],
  [undefined, superOwner, refused],
  [stranger, chainOwner, undefined],
  [undefined, chainOwner, refused],
];

for (const [index, [signer, owner, kind]] of matrix.entries()) {
  const rule = kind ? 'is refused' : 'is asked of the other chain';
  test(`the claim ${index + 1} of who may ask for what ${rule}`, () => {
    const block = blockOf(doing(claimOf(recipient, owner, 1n)), { signer });
    equal(kindOf(execute(viewWith(), block)), kind);
  });
}

test('claiming nothing is refused, here and elsewhere', () => {
  for (const chain of [sender, recipient]) {
    const block = blockOf(doing(claimOf(chain, superOwner, 0n)));
    equal(kindOf(execute(viewWith(), block)), 'zero-amount');
  }
});
