import assert from 'node:assert/strict';
import { emptyWrite } from '#ports/chain-store.ts';
import { u64Max } from '#protocol/primitives/numbers.ts';
import type { StoreClaims } from '#test/support/opened-store.ts';
import {
  blockNamed,
  bytesNamed,
  chainNamed,
  hashNamed,
  headAt,
  height,
  pieceNamed,
} from '#test/support/store-values.ts';

const alice = chainNamed('alice');
const bob = chainNamed('bob');

/** Pieces, nodes and blocks: immutable, and durable before the head is. */
export const itemClaims: StoreClaims = {
  'pieces and nodes are read by hash, and missing ones are absent': async ({ store }) => {
    const [piece, node] = [pieceNamed('piece'), pieceNamed('node', 0)];
    await store.save(alice, 0, { ...emptyWrite, pieces: [piece], nodes: [node] });
    const asked = [hashNamed('nothing'), node.hash, piece.hash, piece.hash];
    const found = await store.loadPieces(alice, asked);
    assert.deepEqual(
      found,
      new Map([
        [node.hash, node.bytes],
        [piece.hash, piece.bytes],
      ]),
    );
    assert.deepEqual(await store.loadPieces(alice, []), new Map());
    assert.deepEqual(await store.loadPieces(bob, asked), new Map());
  },

  'read bytes are plain arrays': async ({ store }) => {
    const [piece, block] = [pieceNamed('piece'), blockNamed('block', 0)];
    await store.save(alice, 0, { ...emptyWrite, pieces: [piece], blocks: [block] });
    const bytes = [
      (await store.loadPieces(alice, [piece.hash])).get(piece.hash),
      (await store.loadBlocks(alice, [block.height])).get(block.height),
    ];
    for (const each of bytes) assert.equal(Object.getPrototypeOf(each), Uint8Array.prototype);
  },

  'a piece saved again, or also as a node, changes nothing': async ({ store }) => {
    const piece = pieceNamed('piece');
    await store.save(alice, 0, { ...emptyWrite, pieces: [piece, piece] });
    const again = { ...emptyWrite, pieces: [piece], nodes: [piece] };
    assert.deepEqual(await store.save(alice, 5, again), { kind: 'saved' });
    assert.deepEqual(await store.save(alice, 2, again), { kind: 'saved' });
    const found = await store.loadPieces(alice, [piece.hash]);
    assert.deepEqual(found.get(piece.hash), piece.bytes);
  },

  'the first block at a height stays': async ({ store }) => {
    const first = blockNamed('first', 4);
    await store.save(alice, 0, { ...emptyWrite, blocks: [first, blockNamed('next', 5)] });
    const other = { ...emptyWrite, blocks: [blockNamed('second', 4)] };
    assert.deepEqual(await store.save(alice, 0, other), { kind: 'saved' });
    const found = await store.loadBlocks(alice, [height(5), height(4), height(3)]);
    assert.deepEqual(found.size, 2);
    assert.deepEqual(found.get(height(4)), first.bytes);
  },

  'pieces that a block brings are put only where a block is there already': async ({ store }) => {
    const bringing = (name: string) => ({
      ...blockNamed(name, 4),
      otherwise: [pieceNamed(`beside ${name}`)],
    });
    await store.save(alice, 0, { ...emptyWrite, blocks: [bringing('first')] });
    const asked = ['beside first', 'beside second'].map(hashNamed);
    assert.deepEqual(await store.loadPieces(alice, asked), new Map());
    await store.save(alice, 0, { ...emptyWrite, blocks: [bringing('second')] });
    const [, second] = asked;
    const found = await store.loadPieces(alice, asked);
    assert.deepEqual(found, new Map([[second, pieceNamed('beside second').bytes]]));
  },

  'blocks of one height on two chains are two blocks': async ({ store }) => {
    const [ofAlice, ofBob] = [blockNamed('a', 0), blockNamed('b', 0)];
    await store.save(alice, 0, { ...emptyWrite, blocks: [ofAlice] });
    await store.save(bob, 0, { ...emptyWrite, blocks: [ofBob] });
    assert.deepEqual((await store.loadBlocks(alice, [height(0)])).get(height(0)), ofAlice.bytes);
    assert.deepEqual((await store.loadBlocks(bob, [height(0)])).get(height(0)), ofBob.bytes);
  },

  'blocks are found at every u64 height': async ({ store }) => {
    const heights = [0n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, u64Max - 1n, u64Max];
    const blocks = heights.map((at) => blockNamed(`${at}`, at));
    await store.save(alice, 0, { ...emptyWrite, blocks });
    const found = await store.loadBlocks(alice, heights.map(height));
    assert.deepEqual(found, new Map(blocks.map(({ height: at, bytes }) => [at, bytes])));
  },

  'a value of a megabyte and an empty one are kept': async ({ store }) => {
    const pieces = [pieceNamed('large', 1 << 20), pieceNamed('empty', 0)];
    const blocks = [blockNamed('large', 1, 1 << 20), blockNamed('empty', 2, 0)];
    await store.save(alice, 0, { ...emptyWrite, pieces, blocks });
    const found = await store.loadPieces(
      alice,
      pieces.map(({ hash }) => hash),
    );
    for (const { hash, bytes } of pieces) assert.deepEqual(found.get(hash), bytes);
    const stored = await store.loadBlocks(alice, [height(1), height(2)]);
    for (const { height: at, bytes } of blocks) assert.deepEqual(stored.get(at), bytes);
  },

  'the caller may reuse its buffers once a save has returned': async ({ store }) => {
    const bytes = bytesNamed('piece', 50);
    const view = new Uint8Array(200);
    view.set(bytes, 30);
    const piece = { hash: hashNamed('piece'), bytes: view.subarray(30, 80) };
    await store.save(alice, 0, { ...emptyWrite, pieces: [piece] });
    view.fill(0);
    assert.deepEqual((await store.loadPieces(alice, [piece.hash])).get(piece.hash), bytes);
  },

  'what was saved with a head that lost is there all the same': async (opened) => {
    const { store } = opened;
    await store.save(alice, 0, { ...emptyWrite, head: headAt(alice, 1) });
    const piece = pieceNamed('piece');
    const node = pieceNamed('node');
    const blocks = [blockNamed('block', 1)];
    const write = { ...emptyWrite, pieces: [piece], nodes: [node], blocks, head: headAt(alice, 2) };
    assert.deepEqual(await store.save(alice, 0, write), { kind: 'conflict' });
    const again = await opened.reopen();
    assert.equal((await again.loadPieces(alice, [piece.hash, node.hash])).size, 2);
    assert.equal((await again.loadBlocks(alice, [height(1)])).size, 1);
  },

  'what a head needs is there when the head is': async (opened) => {
    const saves = [0, 1, 2, 3].map((at) => {
      const blocks = [blockNamed(`${at}`, at)];
      const write = { ...emptyWrite, pieces: [pieceNamed(`${at}`)], blocks };
      return opened.store.save(alice, at, { ...write, head: headAt(alice, at + 1) });
    });
    // Those that arrive before the one they are based on conflict.
    const saved = (await Promise.all(saves)).filter(({ kind }) => kind === 'saved');
    const again = await opened.reopen();
    assert.ok(saved.length > 0);
    assert.equal((await again.loadHead(alice)).version, saved.length);
    assert.equal((await again.loadBlocks(alice, [0, 1, 2, 3].map(height))).size, 4);
  },
};
