import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { collect, grantPayer } from './payers.ts';

function after(held: readonly bigint[], cost: bigint): readonly bigint[] | string {
  const payers = held.map(grantPayer);
  const paid = collect(payers, cost);
  return paid.ok ? payers.map((payer) => payer.available()) : paid.error.kind;
}

const cases: readonly (readonly [string, bigint, readonly bigint[] | string])[] = [
  ['nothing costs nobody anything', 0n, [5n, 7n, 3n]],
  ['the first pays alone while it can', 5n, [0n, 7n, 3n]],
  ['the second pays what the first lacks', 6n, [0n, 6n, 3n]],
  ['the third pays what both lack', 13n, [0n, 0n, 2n]],
  ['all together pay to the last token', 15n, [0n, 0n, 0n]],
  ['one token more than there is, is too much', 16n, 'out-of-fees'],
];
for (const [name, cost, left] of cases) {
  test(name, () => deepEqual(after([5n, 7n, 3n], cost), left));
}

test('nobody pays anything of what cannot be paid', () => {
  const payers = [grantPayer(5n), grantPayer(7n)];
  equal(collect(payers, 13n).ok, false);
  deepEqual(
    payers.map((payer) => payer.available()),
    [5n, 7n],
  );
});

test('a refusal says what there is and what it costs, however much that is', () => {
  const paid = collect([grantPayer(10n ** 17n)], 25n * 10n ** 16n);
  deepEqual(paid.ok ? undefined : paid.error, {
    kind: 'out-of-fees',
    found: '0.1 tokens for fees',
    expected: 'at least 0.25',
  });
  equal(after([1n], 1n << 200n), 'out-of-fees');
});

test('each payer is emptied before the next pays anything', () => {
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 20n }), { maxLength: 4 });
  fc.assert(
    fc.property(amounts, fc.bigInt({ min: 0n, max: 60n }), (held, cost) => {
      const total = held.reduce((sum, each) => sum + each, 0n);
      const left = after(held, cost);
      if (typeof left === 'string') return equal(total < cost, true);
      equal(total - left.reduce((sum, each) => sum + each, 0n), cost);
      const touched = held.map((each, index) => each !== left[index]).lastIndexOf(true);
      for (let index = 0; index < touched; index++) equal(left[index], 0n);
    }),
  );
});
