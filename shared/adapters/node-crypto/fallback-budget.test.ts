import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { newFallbackBudget } from './fallback-budget.ts';

const limits = { perSignerPerSecond: 3, totalPerSecond: 5 };

function newClock(): { now: () => ReturnType<typeof timestamp>; passUs: (us: bigint) => void } {
  let time = 1_000_000_000n;
  return {
    now: () => timestamp(time),
    passUs: (us) => {
      time += us;
    },
  };
}

function spendAll(budget: ReturnType<typeof newFallbackBudget>, signer: string): number {
  let spent = 0;
  while (spent < 100 && budget.spend(signer)) spent++;
  return spent;
}

test('a signer has its share and all have theirs', () => {
  const budget = newFallbackBudget(newClock(), limits);
  assert.equal(spendAll(budget, 'a'), 3);
  assert.equal(spendAll(budget, 'b'), 2);
  assert.equal(spendAll(budget, 'c'), 0);
});

test('the budget refills with time, up to one second of it', () => {
  const clock = newClock();
  const budget = newFallbackBudget(clock, limits);
  spendAll(budget, 'a');
  clock.passUs(400_000n);
  assert.equal(spendAll(budget, 'a'), 1);
  clock.passUs(3_600_000_000n);
  assert.equal(spendAll(budget, 'a'), 3);
  assert.equal(spendAll(budget, 'b'), 2);
});

test('many small steps refill as much as one large', () => {
  const clock = newClock();
  const budget = newFallbackBudget(clock, limits);
  spendAll(budget, 'a');
  for (let i = 0; i < 1000; i++) {
    clock.passUs(334n);
    if (i < 900) assert.equal(budget.spend('a'), false);
  }
  assert.equal(budget.spend('a'), true);
});

test('a clock that goes back gives nothing', () => {
  const clock = newClock();
  const budget = newFallbackBudget(clock, limits);
  spendAll(budget, 'a');
  clock.passUs(-900_000_000n);
  assert.equal(budget.spend('a'), false);
  clock.passUs(400_000n);
  assert.equal(budget.spend('a'), true);
});

test('claiming ever new signers gets no more than the total', () => {
  const budget = newFallbackBudget(newClock(), limits);
  let spent = 0;
  for (let i = 0; i < 30_000; i++) if (budget.spend(`signer ${i}`)) spent++;
  assert.equal(spent, 5);
});
