import assert from 'node:assert/strict';
import { test } from 'node:test';
import { block } from '#test/support/sample-blocks.ts';
import type { ItemProof } from '../crypto/merkle-list.ts';
import { amount } from '../primitives/numbers.ts';
import type { OperationResult } from './outcome.ts';
import { type BlockPart, checkPart, provePart } from './part-proof.ts';

const { header, outcome, proposed } = block;

/** Every item of every part but the empty one, with its proof. */
const lists = {
  transactions: proposed.transactions,
  messages: outcome.messages,
  previousMessages: outcome.previousMessages,
  previousEvents: outcome.previousEvents,
  oracleResponses: outcome.oracleResponses,
  events: outcome.events,
  operationResults: outcome.operationResults,
} as const;

test('every item of every part is proven from the header alone', () => {
  for (const [part, items] of Object.entries(lists) as [BlockPart, readonly never[]][]) {
    assert.ok(items.length > 0, part);
    for (const [index, item] of items.entries()) {
      const proof = provePart(block, part, index);
      assert.ok(checkPart(header, part, { item, proof }), `${part} ${index}`);
    }
  }
});

const [message] = outcome.messages;
const [, result] = outcome.operationResults;
assert.ok(message && result);

test('a message that was edited is not in the block', () => {
  const proof = provePart(block, 'messages', 0);
  const grown = { ...message.message, grant: amount(message.message.grant + 1n) };
  assert.equal(
    checkPart(header, 'messages', { item: { ...message, message: grown }, proof }),
    false,
  );
  assert.equal(
    checkPart(header, 'messages', { item: { ...message, transaction: 1 }, proof }),
    false,
  );
});

test('an operation result that was edited is not in the block', () => {
  const proof = provePart(block, 'operationResults', 1);
  assert.ok(checkPart(header, 'operationResults', { item: result, proof }));
  const edited: OperationResult = { ...result, result: Uint8Array.of(...result.result, 0) };
  assert.equal(checkPart(header, 'operationResults', { item: edited, proof }), false);
});

test('a proof shows nothing at another place, in another size, or with another path', () => {
  const proof = provePart(block, 'operationResults', 1);
  const first = proof.path[0] as Uint8Array;
  const flipped = first.map((byte, at) => (at === 31 ? byte ^ 1 : byte));
  const edits: readonly ItemProof[] = [
    { ...proof, index: 0 },
    { ...proof, index: 2 },
    { ...proof, index: proof.size },
    { ...proof, size: 2 },
    { ...proof, size: 4 },
    { ...proof, path: [] },
    { ...proof, path: [...proof.path].reverse() },
    { ...proof, path: [...proof.path, first] },
    { ...proof, path: [flipped, ...proof.path.slice(1)] },
    { ...proof, path: [first.subarray(1), ...proof.path.slice(1)] },
  ];
  for (const edit of edits) {
    assert.equal(checkPart(header, 'operationResults', { item: result, proof: edit }), false);
  }
});

test('an item of one part is not an item of another, nor of another block', () => {
  const response = { transaction: result.transaction, response: result.result };
  const proof = provePart(block, 'operationResults', 1);
  assert.equal(checkPart(header, 'oracleResponses', { item: response, proof }), false);
  const other = { ...header, operationResults: header.oracleResponses };
  assert.equal(checkPart(other, 'operationResults', { item: result, proof }), false);
});
