import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { type Block, blockFrom } from '#protocol/block/block.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import { blockSending, messageTo, recipient } from '#test/support/messages.ts';
import { height } from '#test/support/store-values.ts';
import { newMailCheck } from './mail-check.ts';

/** Two blocks of the sender's: a payment, something that may be skipped, and a payment. */
const sent: readonly Block[] = [
  blockSending(0, [
    { transaction: 0, message: messageTo(recipient) },
    { transaction: 1, message: messageTo(recipient, 'simple', 0n) },
  ]),
  blockSending(1, [{ transaction: 0, message: messageTo(recipient) }]),
];
const [payment, skippable, last] = sent.flatMap((block) =>
  bundlesFor(block, recipient).map(
    (bundle): Transaction => ({
      kind: 'receive',
      origin: block.header.chain,
      action: { kind: 'accept' },
      bundle,
    }),
  ),
) as [Transaction, Transaction, Transaction];

/** What is said once the recipient took these, in one block each. */
function countsAfter(...taken: readonly Transaction[]) {
  const check = newMailCheck();
  for (const block of sent) check.confirmed(block);
  taken.forEach((one, at) => {
    const { proposed, outcome } = blockSending(0, []);
    const changed = { ...proposed, chain: recipient, height: height(at), transactions: [one] };
    check.confirmed(blockFrom(changed, outcome));
  });
  const { taken: count, passedOver, doubled, misordered, waiting } = check.counts();
  return { count, passedOver, doubled, misordered, waiting };
}

const right = { count: 0, passedOver: 0, doubled: 0, misordered: 0, waiting: 0 };

test('what is taken in order is right, and what may be skipped may be', () => {
  deepEqual(countsAfter(payment, skippable, last), { ...right, count: 3 });
  deepEqual(countsAfter(payment, last), { ...right, count: 2, passedOver: 1 });
  deepEqual(countsAfter(payment), { ...right, count: 1, waiting: 2 });
});

test('a bundle that is taken twice, or behind one that came later, is noticed', () => {
  deepEqual(countsAfter(payment, payment), { ...right, count: 1, doubled: 1, waiting: 2 });
  deepEqual(countsAfter(payment, last, skippable), {
    ...right,
    count: 2,
    passedOver: 1,
    doubled: 1,
  });
});

test('a payment that is passed over is noticed', () => {
  const { misordered, passedOver } = countsAfter(last);
  deepEqual({ misordered, passedOver }, { misordered: 1, passedOver: 1 });
});
