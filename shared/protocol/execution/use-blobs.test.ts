import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { blockOf, doing, parentTime, viewWith } from '#test/support/execution.ts';
import { hashNamed } from '#test/support/store-values.ts';
import type { BlobId } from '../block/blob.ts';
import type { Operation } from '../block/operation.ts';
import { freePolicy } from '../block/policy.ts';
import { decode } from '../encoding/codec.ts';
import { type BlobFacts, blobFacts } from './blob-facts.ts';
import { executeBlock } from './execute-block.ts';
import { oracleAnswerCodec } from './oracle-answer.ts';

const [first, second] = ['first', 'second'].map((name) => hashNamed(name) as string as BlobId) as [
  BlobId,
  BlobId,
];
const publish = (blob: BlobId): Operation => ({ kind: 'publish-blob', blob });
const verify = (blob: BlobId): Operation => ({ kind: 'verify-blob', blob });

function outcomeOf(blobs: BlobFacts, ...operations: readonly Operation[]) {
  const context = { policy: freePolicy, parentTime, blobs };
  const executed = executeBlock(viewWith(), blockOf(doing(...operations)), context);
  equal(executed.ok, true);
  return executed.ok ? executed.value?.block.outcome : undefined;
}

test('what a block publishes is in its outcome, in order', () => {
  const known = blobFacts(
    new Map([
      [first, 5],
      [second, 7],
    ]),
    new Map(),
  );
  const outcome = outcomeOf(known, publish(second), publish(first));
  deepEqual(outcome?.blobs, [
    { transaction: 0, blob: second },
    { transaction: 1, blob: first },
  ]);
  deepEqual([...known.missing, ...known.unpublished], []);
});

test('a blob whose bytes are not at hand is noted', () => {
  const known = blobFacts(new Map([[first, 5]]), new Map([[second, true]]));
  outcomeOf(known, publish(first), publish(second));
  deepEqual([...known.missing], [second]);
});

test('that a blob is published is recorded as what the chain alone does not know', () => {
  const known = blobFacts(new Map(), new Map([[first, true]]));
  const outcome = outcomeOf(known, publish(second), verify(first));
  const [response] = outcome?.oracleResponses ?? [];
  equal(response?.transaction, 1);
  const answer = decode(oracleAnswerCodec, response?.response ?? new Uint8Array());
  deepEqual(answer, { ok: true, value: { kind: 'blob', blob: first } });
});

test('bytes that are at hand do not make a blob published', () => {
  const known = blobFacts(new Map([[first, 5]]), new Map([[second, true]]));
  outcomeOf(known, verify(first), verify(second));
  deepEqual([...known.unpublished], [first]);
});
