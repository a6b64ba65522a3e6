import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  blockSending,
  cursor,
  messageTo,
  other,
  recipient,
  sender,
} from '#test/support/messages.ts';
import { height } from '#test/support/store-values.ts';
import { timestamp } from '../primitives/numbers.ts';
import { envelopeFrom, isRowTaken, rowKeyText, tombstone } from './inbox-row.ts';

const block = blockSending(4, [
  { transaction: 1, message: messageTo(recipient) },
  { transaction: 3, message: messageTo(recipient) },
  { transaction: 6, message: messageTo(other) },
]);
const row = envelopeFrom(block, recipient, timestamp(99n));

test("an envelope names the sender's block and its last bundle for the recipient", () => {
  deepEqual(row, {
    recipient,
    origin: sender,
    height: height(4),
    block: block.hash,
    arrival: { lastTransaction: 3, epoch: 0, at: timestamp(99n) },
  });
});

test('a tombstone has the key and the hash of the envelope that is still to come', () => {
  const early = tombstone(recipient, { origin: sender, height: height(4) }, block.hash);
  equal(rowKeyText(early), rowKeyText(row));
  deepEqual({ ...early, arrival: row.arrival }, row);
});

test('a row is done with once the cursor is behind its last bundle', () => {
  equal(isRowTaken(row, cursor(3, 9)), false);
  equal(isRowTaken(row, cursor(4, 0)), false);
  equal(isRowTaken(row, cursor(4, 3)), false);
  equal(isRowTaken(row, cursor(4, 4)), true);
  equal(isRowTaken(row, cursor(5, 0)), true);
});

test('a tombstone is done with only behind its height, for its last bundle is unknown', () => {
  const early = tombstone(recipient, row, block.hash);
  equal(isRowTaken(early, cursor(4, 1_000)), false);
  equal(isRowTaken(early, cursor(5, 0)), true);
});
