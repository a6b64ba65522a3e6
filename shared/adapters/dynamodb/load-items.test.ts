import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import { type Answer, answeringClient, refusal } from '#test/support/answering-client.ts';
import { chainNamed, hashNamed, height } from '#test/support/store-values.ts';
import { dynamoChainStore } from './chain-store.ts';

const alice = chainNamed('alice');
const tables = { heads: 'heads', data: 'data' };
const value = { B: Buffer.from([1, 7]).toString('base64') };

interface Asked {
  readonly keys: readonly Record<string, { readonly B: string }>[];
  readonly isStrong: boolean;
}

/** A store of which each batch of reads gets the answer of a test. */
function storeAnswering(answer: (asked: Asked) => Answer) {
  const asked: Asked[] = [];
  const client = answeringClient((operation, input) => {
    assert.equal(operation, 'BatchGetItem');
    const { data } = input.RequestItems as Record<string, { Keys: []; ConsistentRead: boolean }>;
    assert.ok(data);
    const one = { keys: data.Keys, isStrong: data.ConsistentRead };
    asked.push(one);
    return answer(one);
  });
  return { store: dynamoChainStore({ client, tables }), asked };
}

function items(keys: Asked['keys'], unprocessed: Asked['keys'] = []): Answer {
  const UnprocessedKeys = unprocessed.length > 0 ? { data: { Keys: unprocessed } } : {};
  return {
    status: 200,
    body: { Responses: { data: keys.map((key) => ({ ...key, v: value })) }, UnprocessedKeys },
  };
}

test('a piece that a stale copy lacks is looked for again, strongly', async () => {
  const { store, asked } = storeAnswering(({ keys, isStrong }) => items(isStrong ? keys : []));
  const found = await store.loadPieces(alice, [hashNamed('piece')]);
  assert.deepEqual([...found.values()], [Uint8Array.of(7)]);
  assert.deepEqual(
    asked.map(({ isStrong, keys }) => [isStrong, keys.length]),
    [
      [false, 2],
      [true, 2],
    ],
  );
});

test('a piece that is found as a node is not looked for again, now or later', async () => {
  const { store, asked } = storeAnswering(({ keys }) => items(keys.slice(0, 1)));
  for (let time = 0; time < 2; time++) await store.loadPieces(alice, [hashNamed('node')]);
  assert.deepEqual(
    asked.map(({ isStrong }) => isStrong),
    [false],
  );
});

test('blocks are read strongly, a hundred at a time', async () => {
  const { store, asked } = storeAnswering(({ keys }) => items(keys));
  const heights = Array.from({ length: 250 }, (_, at) => height(at));
  assert.equal((await store.loadBlocks(alice, heights)).size, 250);
  assert.deepEqual(
    asked.map(({ isStrong, keys }) => [isStrong, keys.length]),
    [
      [true, 100],
      [true, 100],
      [true, 50],
    ],
  );
});

test('keys that a reply leaves out are asked for until they come', async () => {
  const { store, asked } = storeAnswering(({ keys }) => items(keys.slice(0, 3), keys.slice(3)));
  const heights = Array.from({ length: 8 }, (_, at) => height(at));
  assert.equal((await store.loadBlocks(alice, heights)).size, 8);
  assert.deepEqual(
    asked.map(({ keys }) => keys.length),
    [8, 5, 2],
  );
});

test('a read that is throttled each time is tried four times, and the store is busy', async () => {
  const { store, asked } = storeAnswering(() => refusal('ThrottlingException'));
  await assert.rejects(store.loadBlocks(alice, [height(0)]), StoreBusyFault);
  assert.equal(asked.length, 4);
});

test('a call that the service will never do is made once', async () => {
  const { store, asked } = storeAnswering(() => refusal('AccessDeniedException'));
  await assert.rejects(
    store.loadBlocks(alice, [height(0)]),
    (error) => error instanceof StoreFault && !(error instanceof StoreBusyFault),
  );
  assert.equal(asked.length, 1);
});

test('a value whose parts are not there is a fault', async () => {
  const pointer = { B: Buffer.from([3, ...new Uint8Array(32)]).toString('base64') };
  const { store } = storeAnswering(({ keys }) => {
    const isBlock = Buffer.from(keys[0]?.pk?.B ?? '', 'base64')[0] === 'b'.charCodeAt(0);
    const found = isBlock ? keys.map((key) => ({ ...key, v: pointer })) : [];
    return { status: 200, body: { Responses: { data: found } } };
  });
  await assert.rejects(store.loadBlocks(alice, [height(0)]), StoreFault);
});
