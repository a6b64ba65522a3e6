import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { chainStoreContract } from '#test/contracts/chain-store.ts';
import {
  blockNamed,
  chainNamed,
  headAt,
  height,
  markOf,
  pieceNamed,
  rowFrom,
} from '#test/support/store-values.ts';
import { memoryChainStore } from './chain-store.ts';
import type { StoreStep } from './store-step.ts';

chainStoreContract('memory', () => {
  const store = memoryChainStore();
  return Promise.resolve({
    store,
    reopen: () => Promise.resolve(memoryChainStore({ from: store.snapshot() })),
    close: () => Promise.resolve(),
  });
});

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];
const everything = {
  pieces: [pieceNamed('piece')],
  nodes: [pieceNamed('node')],
  blocks: [blockNamed('block', 0)],
  rows: [rowFrom(bob, alice, 0)],
  owed: markOf(alice, 1, 0),
  head: headAt(alice, 1),
};

/** What of `everything` is stored, in the order of its steps. */
async function whatIsIn(store: ReturnType<typeof memoryChainStore>): Promise<readonly string[]> {
  const { pieces, nodes, rows } = everything;
  const pieceHashes = [...pieces, ...nodes].map(({ hash }) => hash);
  const found = await store.loadPieces(alice, pieceHashes);
  const marks = await Promise.all(
    Array.from({ length: 16 }, (_, slot) => store.listOwed(slot, undefined, 1)),
  );
  const present = {
    piece: found.has(pieceNamed('piece').hash),
    node: found.has(pieceNamed('node').hash),
    block: (await store.loadBlocks(alice, [height(0)])).size > 0,
    row: (await store.loadRows(bob, rows)).length > 0,
    owed: marks.some(({ items }) => items.length > 0),
    head: (await store.loadHead(alice)).version === 1,
  };
  return Object.entries(present).flatMap(([name, isPresent]) => (isPresent ? [name] : []));
}

test('a save is a row of steps, the head last, and stops where a fault is thrown', async () => {
  const steps: string[] = [];
  const recorded = memoryChainStore({ beforeStep: ({ kind }) => void steps.push(kind) });
  await recorded.save(alice, 0, everything);
  assert.deepEqual(steps, ['piece', 'node', 'block', 'row', 'owed', 'head', 'reply']);

  for (const [index, faulty] of steps.entries()) {
    const beforeStep = ({ kind, action }: StoreStep) => {
      if (kind === faulty && action === 'write') throw new StoreFault(`no answer at ${kind}`);
    };
    const store = memoryChainStore({ beforeStep });
    await assert.rejects(store.save(alice, 0, everything), StoreFault);
    const restarted = memoryChainStore({ from: store.snapshot() });
    assert.deepEqual(await whatIsIn(restarted), steps.slice(0, index));
  }
});

test('a save held up at its head loses to one that came later', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let heads = 0;
  const beforeStep = ({ kind }: StoreStep) => {
    if (kind === 'head') heads += 1;
    return kind === 'head' && heads === 1 ? held : undefined;
  };
  const store = memoryChainStore({ beforeStep });
  const slow = store.save(alice, 0, { ...emptyWrite, head: headAt(alice, 1) });
  const quick = await store.save(alice, 0, { ...emptyWrite, head: headAt(alice, 2) });
  release();
  assert.deepEqual([quick, await slow], [{ kind: 'saved' }, { kind: 'conflict' }]);
});

test('a snapshot does not follow later writes', async () => {
  const store = memoryChainStore();
  const before = store.snapshot();
  await store.save(alice, 0, everything);
  const after = store.snapshot();
  await store.deleteRows(bob, everything.rows);
  assert.deepEqual(await whatIsIn(memoryChainStore({ from: before })), []);
  assert.equal((await whatIsIn(memoryChainStore({ from: after }))).length, 6);
});
