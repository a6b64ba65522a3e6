import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { amount, u128Max } from '#protocol/primitives/numbers.ts';
import { parseAmount } from './amount.ts';

const kindOf = (text: string) => {
  const parsed = parseAmount(text);
  return parsed.ok ? parsed.value : parsed.error.kind;
};

test('an amount is digits, and up to 18 more behind a point', () => {
  assert.equal(kindOf('10'), 10n ** 19n);
  assert.equal(kindOf('0'), 0n);
  assert.equal(kindOf('0.000000000000000001'), 1n);
  assert.equal(kindOf('007.50'), 75n * 10n ** 17n);
  assert.equal(kindOf('340282366920938463463.374607431768211455'), u128Max);
});

test('each other text has its own refusal', () => {
  for (const text of ['', 'ten', '1e3', '0x10', '1,5', '.5', '5.', '1 ', '+1', '--1', '-', '１']) {
    assert.equal(kindOf(text), 'amount-not-a-number', text);
  }
  assert.equal(kindOf('-1'), 'amount-negative');
  assert.equal(kindOf('1.0000000000000000000'), 'amount-too-precise');
  assert.equal(kindOf('340282366920938463463.374607431768211456'), 'amount-too-large');
  assert.equal(kindOf('9'.repeat(100_000)), 'amount-too-large');
});

test('a refusal shows a long text only in part', () => {
  const parsed = parseAmount('x'.repeat(1_000_000));
  assert.ok(!parsed.ok && parsed.error.found.length < 100);
});

test('what is formatted parses back to the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: u128Max }), (atto) => {
      assert.equal(kindOf(amountText(amount(atto))), atto);
    }),
  );
});
