import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { blockSending, cursor, messageTo, other, recipient } from '#test/support/messages.ts';
import type { OutgoingMessage } from '../block/message.ts';
import { amount } from '../primitives/numbers.ts';
import { bundlesFor, isSkippable, recipientsOf } from './bundles.ts';

const sent = (transaction: number, message: OutgoingMessage) => ({ transaction, message });

test('the messages of one transaction to one recipient are one bundle', () => {
  const block = blockSending(4, [
    sent(1, messageTo(recipient, 'tracked', 10n)),
    sent(1, messageTo(other, 'tracked', 11n)),
    sent(1, messageTo(recipient, 'tracked', 12n)),
    sent(3, messageTo(recipient, 'tracked', 13n)),
  ]);
  const amounts = bundlesFor(block, recipient).map(({ transaction, messages }) => [
    transaction,
    messages.map(({ index, body }) => [index, body.kind === 'credit' && body.amount]),
  ]);
  deepEqual(amounts, [
    [
      1,
      [
        [0, 10n],
        [2, 12n],
      ],
    ],
    [3, [[0, 13n]]],
  ]);
  const positions = bundlesFor(block, other).flatMap(({ messages }) =>
    messages.map(({ index }) => index),
  );
  deepEqual(positions, [1]);
});

test('a bundle names its block, and each the last one before it that may not be passed over', () => {
  const before = cursor(2, 9);
  const messages = [
    sent(0, messageTo(recipient, 'simple')),
    sent(1, messageTo(recipient, 'tracked')),
    sent(2, messageTo(recipient, 'simple')),
    sent(4, messageTo(recipient, 'protected')),
    sent(5, messageTo(recipient, 'bouncing')),
  ];
  const block = blockSending(4, messages, before);
  const bundles = bundlesFor(block, recipient);
  deepEqual(
    bundles.map(({ lastUnskippable }) => lastUnskippable),
    [before, before, cursor(4, 1), cursor(4, 1), cursor(4, 4)],
  );
  for (const bundle of bundles) {
    equal(bundle.block, block.hash);
    equal(bundle.height, 4n);
    equal(bundle.epoch, 0);
    equal(bundle.timestamp, 77n);
  }
});

test('only simple messages without a grant may be passed over', () => {
  const simple = messageTo(recipient, 'simple');
  const [tracked, locked, back] = (['tracked', 'protected', 'bouncing'] as const).map((kind) =>
    messageTo(recipient, kind),
  ) as [OutgoingMessage, OutgoingMessage, OutgoingMessage];
  equal(isSkippable([simple, simple]), true);
  for (const one of [tracked, locked, back, { ...simple, grant: amount(1n) }]) {
    equal(isSkippable([simple, one]), false);
  }
});

test('a block lists its recipients, whoever asks', () => {
  const block = blockSending(0, [sent(0, messageTo(other)), sent(0, messageTo(recipient))]);
  deepEqual(recipientsOf(block), [recipient, other].toSorted());
  deepEqual(bundlesFor(blockSending(0, []), recipient), []);
});
