import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import { type Answer, answeringClient, refusal } from '#test/support/answering-client.ts';
import { chainNamed, headAt } from '#test/support/store-values.ts';
import { dynamoChainStore } from './chain-store.ts';

const alice = chainNamed('alice');
const tables = { heads: 'heads', data: 'data' };
const lost = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const nothing: Answer = { status: 200, body: {} };

/** Saves a head on version 3; what its put is answered, and what is recorded afterwards. */
async function saveOnThree(answer: Answer, recorded: 'ours' | 'another' | 'none') {
  let put: Record<string, unknown> | undefined;
  const operations: string[] = [];
  const client = answeringClient((operation, input) => {
    operations.push(operation);
    if (operation === 'PutItem') {
      put = input.Item as Record<string, unknown>;
      return answer;
    }
    if (recorded === 'none') return nothing;
    const item = { ...put, ...(recorded === 'another' && { head: { B: 'AQI=' } }) };
    // Later saves of other facts may have raised the version since.
    return { status: 200, body: { Item: { ...item, version: { N: '9' } } } };
  });
  const store = dynamoChainStore({ client, tables });
  const saving = store.save(alice, 3, { ...emptyWrite, head: headAt(alice, 1) });
  const result = await saving.catch((error: unknown) => error);
  return { result, operations };
}

test('a head is put once, on the version that it is based on', async () => {
  const { result, operations } = await saveOnThree(nothing, 'none');
  assert.deepEqual(result, { kind: 'saved' });
  assert.deepEqual(operations, ['PutItem']);
});

test('a condition that fails is a conflict, and nothing is read', async () => {
  const answer = refusal('ConditionalCheckFailedException');
  const { result, operations } = await saveOnThree(answer, 'ours');
  assert.deepEqual(result, { kind: 'conflict' });
  assert.deepEqual(operations, ['PutItem']);
});

for (const [what, answer] of [
  ['a lost connection', lost()],
  ['an error of the server', refusal('InternalServerError', 500)],
  ['a gateway without an answer', { status: 503, body: {} }],
] as const) {
  test(`after ${what}, the head that is recorded says whether it was saved`, async () => {
    const ours = await saveOnThree(answer, 'ours');
    assert.deepEqual(ours.result, { kind: 'saved' });
    assert.deepEqual(ours.operations, ['PutItem', 'GetItem']);
    for (const recorded of ['another', 'none'] as const) {
      const { result, operations } = await saveOnThree(answer, recorded);
      assert.ok(result instanceof StoreFault && !(result instanceof StoreBusyFault));
      assert.deepEqual(operations, ['PutItem', 'GetItem']);
    }
  });
}

test('a throttled head is not saved, and the store is busy', async () => {
  for (const name of ['ThrottlingException', 'ProvisionedThroughputExceededException']) {
    const { result, operations } = await saveOnThree(refusal(name), 'ours');
    assert.ok(result instanceof StoreBusyFault);
    assert.deepEqual(operations, ['PutItem']);
  }
});

test('a head of a format that this program does not know is a fault', async () => {
  const head = { B: Buffer.from([9, 1, 2]).toString('base64') };
  const Item = { chain: { B: 'AA==' }, version: { N: '1' }, head };
  const client = answeringClient(() => ({ status: 200, body: { Item } }));
  await assert.rejects(dynamoChainStore({ client, tables }).loadHead(alice), StoreFault);
});

test('no head is put where anything before it was not', async () => {
  const operations: string[] = [];
  const client = answeringClient((operation) => {
    operations.push(operation);
    return operation === 'PutItem' ? refusal('ValidationException') : nothing;
  });
  const write = { ...emptyWrite, pieces: [], head: headAt(alice, 1) };
  const store = dynamoChainStore({ client, tables });
  const blocks = [{ height: headAt(alice, 1).next, bytes: new Uint8Array(3), otherwise: [] }];
  await assert.rejects(store.save(alice, 0, { ...write, blocks }), StoreFault);
  assert.deepEqual(operations, ['PutItem']);
});
