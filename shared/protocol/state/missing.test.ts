import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { referenceTree } from '#test/support/reference-state.ts';
import {
  anyScript,
  anyWrite,
  applyToModel,
  applyWrites,
  collidingKey,
  modelEntries,
  newPieceStore,
  type ScriptWrite,
  scanEntries,
} from '#test/support/state-script.ts';
import { bytesFromHex } from '../primitives/hex.ts';
import { emptyRootNode } from './node.ts';
import type { StateCommit } from './state-commit.ts';
import { openState, type StateView } from './state-view.ts';
import { walkMissingMax } from './tree-walk.ts';

/** A committed map, and the store of all its pieces. */
function stored(writes: readonly ScriptWrite[]) {
  const store = newPieceStore();
  const view = openState(emptyRootNode, store);
  applyWrites(view, writes);
  const commit = view.commit() as StateCommit;
  store.save(commit);
  return { store, commit };
}

/** Runs work on a view that has nothing at first, and again with what it lacked, until it has all. */
function inWaves<T>(
  rootNode: Uint8Array,
  all: ReturnType<typeof newPieceStore>,
  work: (view: StateView) => T,
): { result: T; waves: number; fetched: number } {
  const have = newPieceStore();
  for (let waves = 0; ; waves++) {
    const view = openState(rootNode, have);
    const result = work(view);
    const before = have.pieces.size;
    if (view.missing.size === 0) return { result, waves, fetched: before };
    for (const hash of view.missing) {
      const bytes = all.read(hash);
      assert.ok(bytes !== undefined, 'only pieces of the tree are asked for');
      have.pieces.set(hash, bytes);
    }
    assert.equal(have.pieces.size, before + view.missing.size, 'each wave asks for new pieces');
  }
}

test('work without nodes never throws, says what it lacks, and is right in the end', () => {
  const work = fc.record({
    keys: fc.array(collidingKey, { maxLength: 5 }),
    writes: fc.array(anyWrite, { maxLength: 8 }),
    prefix: collidingKey,
  });
  fc.assert(
    fc.property(anyScript, work, (script, { keys, writes, prefix }) => {
      const model = new Map<string, Uint8Array>();
      for (const batch of script) applyToModel(model, batch);
      const { store, commit } = stored(script.flat());
      const { depth } = referenceTree(model);
      const { result, waves } = inWaves(commit.rootNode, store, (view) => {
        const values = keys.map((key) => view.get(bytesFromHex(key)));
        applyWrites(view, writes);
        const entries = scanEntries(view, prefix);
        const after = view.commit();
        assert.equal(after === undefined, view.missing.size > 0);
        return { values, entries, root: after?.root };
      });
      assert.deepEqual(
        result.values,
        keys.map((key) => model.get(key)),
      );
      applyToModel(model, writes);
      assert.deepEqual(result.entries, modelEntries(model, prefix));
      assert.equal(result.root, referenceTree(model).root);
      // Nodes come level by level; then values, then the siblings that a collapse gathers.
      assert.ok(waves <= depth + 2, `${waves} waves for a tree of depth ${depth}`);
    }),
    { numRuns: 1000 },
  );
});

test('a commit for which anything is missing is none, whatever was found before', () => {
  const writes = ['00', '01', '10', '11'].map((key) => ({ key, value: new Uint8Array(1000) }));
  const { store, commit } = stored(writes);
  const view = openState(commit.rootNode, newPieceStore());
  assert.equal(view.get(bytesFromHex('00')), undefined);
  assert.equal(view.missing.size, 1);
  assert.equal(view.commit(), undefined);
  assert.equal(openState(commit.rootNode, store).commit()?.root, commit.root);
});

test('a deletion that makes a branch small asks for its siblings in one wave', () => {
  const keys = ['00', '10', '20', '30', '40', '50'];
  const { store, commit } = stored(keys.map((key) => ({ key, value: new Uint8Array(390) })));
  const { waves, fetched, result } = inWaves(commit.rootNode, store, (view) => {
    applyWrites(view, [{ key: '00', value: undefined }]);
    return view.commit();
  });
  assert.deepEqual([waves, fetched], [2, 6]);
  assert.equal(result?.rootNode[0], 0, 'the rest is one leaf');
});

test('a scan over a wide tree asks for a bounded number of nodes at a time', () => {
  const writes = Array.from({ length: 300 }, (_, i) => ({
    key: i.toString(16).padStart(4, '0'),
    value: new Uint8Array(1024).fill(i),
  }));
  const { store, commit } = stored(writes);
  const { result, waves } = inWaves(commit.rootNode, store, (view) => {
    const entries = scanEntries(view);
    assert.ok(view.missing.size <= walkMissingMax);
    return entries.length;
  });
  assert.equal(result, 300);
  assert.ok(waves <= 3 + store.pieces.size / walkMissingMax, `${waves} waves`);
});

test('what a view read is all that the same work needs next time', () => {
  const { store, commit } = stored(
    Array.from({ length: 40 }, (_, i) => ({
      key: (i * 6).toString(16).padStart(2, '0'),
      value: new Uint8Array(i % 2 === 0 ? 900 : 2000),
    })),
  );
  const work = (view: StateView) => {
    view.get(bytesFromHex('06'));
    view.delete(bytesFromHex('0c'));
    return view.commit()?.root;
  };
  const first = openState(commit.rootNode, store);
  const root = work(first);
  const hinted = newPieceStore();
  for (const hash of first.read) hinted.pieces.set(hash, store.read(hash) as Uint8Array);
  const second = openState(commit.rootNode, hinted);
  assert.equal(work(second), root);
  assert.equal(second.missing.size, 0);
});
