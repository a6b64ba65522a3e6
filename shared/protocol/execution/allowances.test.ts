import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { balanceOf, blockOf, doing, execute, kindOf, viewWith } from '#test/support/execution.ts';
import { regularOwner, stranger, superOwner } from '#test/support/managers.ts';
import { recipient, sender } from '#test/support/messages.ts';
import type { Operation } from '../block/operation.ts';
import { type AccountOwner, chainOwner } from '../block/owner.ts';
import { amount, u128Max } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';
import type { Executed } from './execute-block.ts';
import { readAllowance } from './system-state.ts';

const owner = superOwner;
const spender = stranger;
const here = { chain: sender, owner: regularOwner };
const there = { chain: recipient, owner: chainOwner };

function approve(tokens: bigint, from: AccountOwner = owner): Operation {
  return { kind: 'approve', owner: from, spender, amount: amount(tokens) };
}

function spend(tokens: bigint, to = here, from: AccountOwner = owner): Operation {
  return { kind: 'transfer-from', owner: from, spender, to, amount: amount(tokens) };
}

function run(view: StateView, signer: AccountOwner | undefined, ...operations: Operation[]) {
  const before = view.checkpoint();
  const result = execute(view, blockOf(doing(...operations), { signer }));
  if ('kind' in result) view.rollback(before);
  return result;
}

const kind = (...args: Parameters<typeof run>) => kindOf(run(...args));
const rich = () => viewWith({ balances: [[owner, 10n]] });
const left = (view: StateView) => readAllowance(view, { owner, spender });

test('who is allowed moves the tokens of another, and may do so for less afterwards', () => {
  const view = rich();
  run(view, owner, approve(8n));
  run(view, spender, spend(3n));
  deepEqual([left(view), balanceOf(view, owner), balanceOf(view, regularOwner)], [5n, 7n, 3n]);
  equal(kind(view, spender, spend(6n)), 'insufficient-allowance');
  equal(kind(view, spender, spend(5n)), undefined);
  deepEqual([left(view), balanceOf(view, owner), balanceOf(view, regularOwner)], [0n, 2n, 8n]);
  equal(kind(view, spender, spend(1n)), 'insufficient-allowance');
});

test('what is sent to another chain in another name comes back to the owner', () => {
  const view = rich();
  run(view, owner, approve(8n));
  const { outcome } = (run(view, spender, spend(3n, there)) as Executed).block;
  const body = { kind: 'credit', target: chainOwner, amount: 3n, source: owner };
  deepEqual(outcome.messages[0]?.message.body, body);
  equal(outcome.messages[0]?.message.authenticated, undefined);
});

test('an allowance replaces the one before, and one of nothing leaves no entry', () => {
  const view = rich();
  const root = view.commit()?.root;
  run(view, owner, approve(8n), approve(2n));
  equal(left(view), 2n);
  run(view, owner, approve(0n));
  equal(left(view), 0n);
  equal(view.commit()?.root, root);
});

test('nobody but the spender uses an allowance, not even the owner', () => {
  const view = rich();
  run(view, owner, approve(8n));
  for (const signer of [owner, regularOwner, undefined]) {
    equal(kind(view, signer, spend(1n)), 'unauthenticated');
  }
});

test('an allowance of one owner is not that of another', () => {
  const view = viewWith({ balances: [[regularOwner, 10n]] });
  run(view, owner, approve(8n));
  equal(kind(view, spender, spend(1n, here, regularOwner)), 'insufficient-allowance');
});

test('only who may spend from an account lets others do so', () => {
  equal(kind(rich(), regularOwner, approve(1n)), 'unauthenticated');
  equal(kind(rich(), undefined, approve(1n)), 'unauthenticated');
  equal(kind(rich(), stranger, approve(1n, chainOwner)), 'unauthenticated');
  equal(kind(rich(), regularOwner, approve(1n, chainOwner)), undefined);
});

test('an allowance is no money: the account has to have it', () => {
  const view = rich();
  run(view, owner, approve(u128Max));
  equal(kind(view, spender, spend(11n)), 'insufficient-balance');
  deepEqual([left(view), balanceOf(view, owner)], [u128Max, 10n]);
  equal(kind(view, spender, spend(0n)), 'zero-amount');
});

const step = fc.record({
  by: fc.constantFrom(owner, spender, undefined),
  operation: fc.oneof(
    fc.bigInt(0n, 9n).map((tokens) => approve(tokens)),
    fc.bigInt(0n, 9n).map((tokens) => spend(tokens)),
  ),
});

test('a spender never moves more than the owner allowed in all', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const view = viewWith({ balances: [[owner, 40n]] });
      let allowed = 0n;
      let moved = 0n;
      for (const { by, operation } of steps) {
        if (kind(view, by, operation) !== undefined) continue;
        if (operation.kind === 'approve') allowed = operation.amount;
        if (operation.kind === 'transfer-from') {
          allowed -= operation.amount;
          moved += operation.amount;
        }
        equal(left(view), allowed);
        equal(balanceOf(view, regularOwner), moved);
      }
    }),
  );
});
