import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { chainHeadCodec } from '#protocol/chain/head.ts';
import { encode } from '#protocol/encoding/codec.ts';
import {
  blockNamed,
  chainNamed,
  headAt,
  markOf,
  pieceNamed,
  rowFrom,
} from '#test/support/store-values.ts';
import { memoryChainStore } from './chain-store.ts';
import {
  blockItemBytes,
  headItemBytes,
  nodeItemBytes,
  owedItemBytes,
  pieceItemBytes,
  rowItemBytes,
} from './item-sizes.ts';

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];

test('items are as large as their attribute names and values', () => {
  const value = new Uint8Array(100);
  assert.equal(headItemBytes(1234, value), 5 + 32 + (7 + 3) + (4 + 1 + 100));
  assert.equal(blockItemBytes(value), 2 + 33 + 2 + 8 + (1 + 1 + 100));
  assert.equal(pieceItemBytes(value), 2 + 33 + 2 + 32 + (1 + 1 + 100));
  assert.equal(nodeItemBytes(value, 7), 2 + 33 + 2 + 32 + (1 + 1 + 100) + (2 + 2));
  assert.equal(rowItemBytes(rowFrom(bob, alice, 1)), 2 + 34 + 2 + 40 + (1 + 1 + 32 + 17));
  assert.equal(owedItemBytes(markOf(alice, 1, 0)), 2 + 2 + 2 + 32 + (2 + 2) + (4 + 8) + (5 + 8));
});

test('each write costs a unit for each started kilobyte, conflicts too', async () => {
  const store = memoryChainStore();
  const write = {
    ...emptyWrite,
    pieces: [pieceNamed('piece', 1024 - 71), pieceNamed('larger', 1025 - 71)],
    blocks: [blockNamed('block', 0, 3000)],
    head: headAt(alice, 1),
  };
  await store.save(alice, 0, write);
  assert.equal((await store.save(alice, 0, write)).kind, 'conflict');
  const { items, writes, writeUnits } = store.costs();
  assert.deepEqual([items.piece.writes, items.piece.writeUnits], [4, 6]);
  assert.deepEqual([items.block.writes, items.block.writeUnits], [2, 6]);
  assert.deepEqual([items.head.writes, items.head.writeUnits], [2, 2]);
  assert.deepEqual([writes, writeUnits], [8, 14]);
  store.resetCosts();
  assert.equal(store.costs().writeUnits, 0);
});

test('a head is read strongly, immutable items at half the price', async () => {
  const store = memoryChainStore();
  const blocks = [blockNamed('block', 0, 5000)];
  const head = headAt(alice, 1);
  await store.save(alice, 0, { ...emptyWrite, blocks, head });
  await store.loadHead(alice);
  await store.loadBlocks(
    alice,
    blocks.map(({ height }) => height),
  );
  const { items } = store.costs();
  assert.deepEqual([items.head.reads, items.head.readUnits], [1, 1]);
  assert.deepEqual([items.block.reads, items.block.readUnits], [1, 1]);
  assert.ok(encode(chainHeadCodec, head).length < 200);
});
