import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import { blobIdOf } from '#protocol/block/blob.ts';
import { type Answer, answeringClient, refusal } from '#test/support/answering-client.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { blobRows } from './blob-rows.ts';
import { tableCalls } from './table-calls.ts';

const tables = { heads: 'heads', data: 'data' };
const id = blobIdOf({ kind: 'data' }, Uint8Array.of(1));
const stored = { object: 'object', length: 1 };
const lost = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const row: Answer = {
  status: 200,
  body: { Attributes: { gen: { S: 'object' }, len: { N: '1' } } },
};

/** Rows whose updates get these answers, one after the other; the last for ever. */
function rowsAnswering(...answers: readonly Answer[]) {
  const asked: string[] = [];
  const client = answeringClient((operation) => {
    asked.push(operation);
    return answers[Math.min(asked.length, answers.length) - 1] as Answer;
  });
  return { rows: blobRows(tableCalls({ client, tables })), asked };
}

const holder = Uint8Array.of(7);
const state = { id, chain: chainNamed('alice'), height: height(0) };

for (const [what, make] of [
  ['held', (rows: ReturnType<typeof blobRows>) => rows.hold(id, [holder], stored)],
  ['published', (rows: ReturnType<typeof blobRows>) => rows.publish(state, stored)],
] as const) {
  test(`a row that names a new ${what} object is made once: it may be gone, with the object`, async () => {
    const { rows, asked } = rowsAnswering(lost(), row);
    await assert.rejects(
      make(rows),
      (error) => error instanceof StoreFault && !(error instanceof StoreBusyFault),
    );
    assert.deepEqual(asked, ['UpdateItem']);
  });

  test(`a row that names a new ${what} object is made again after what was not done`, async () => {
    const { rows, asked } = rowsAnswering(refusal('ThrottlingException'), row);
    assert.equal((await make(rows))?.object, 'object');
    assert.equal(asked.length, 2);
  });
}

test('a row that is there is changed again after an unknown outcome', async () => {
  const { rows, asked } = rowsAnswering(lost(), row);
  assert.equal((await rows.hold(id, [holder]))?.object, 'object');
  assert.equal(asked.length, 2);
});

test('a row that names as many holders as it may is kept for good instead', async () => {
  const { rows, asked } = rowsAnswering(refusal('ConditionalCheckFailedException'), row);
  assert.equal((await rows.hold(id, [holder]))?.object, 'object');
  assert.equal(asked.length, 2);
  const none = rowsAnswering(refusal('ConditionalCheckFailedException'));
  assert.equal(await none.rows.hold(id, [holder]), undefined);
});
