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
  scanEntries,
} from '#test/support/state-script.ts';
import { bytesFromHex } from '../primitives/hex.ts';
import { emptyRootNode, stateRoot } from './node.ts';
import type { StateCommit } from './state-commit.ts';
import { openState, type StateView } from './state-view.ts';

const text = (literal: string) => Uint8Array.from(literal, (c) => c.charCodeAt(0));
const nothing = { read: () => undefined };

function committed(view: StateView): StateCommit {
  const commit = view.commit();
  assert.ok(commit !== undefined);
  return commit;
}

test('a value set is the value got, before and after a commit', () => {
  const view = openState(emptyRootNode, nothing);
  view.set(text('a'), text('one'));
  assert.deepEqual(view.get(text('a')), text('one'));
  assert.equal(view.get(text('b')), undefined);
  const again = openState(committed(view).rootNode, nothing);
  assert.deepEqual(again.get(text('a')), text('one'));
});

test('the map without entries has the empty leaf as its root', () => {
  assert.deepEqual(emptyRootNode, Uint8Array.of(0, 0));
  const view = openState(emptyRootNode, nothing);
  view.set(text('a'), text('one'));
  view.delete(text('a'));
  const commit = committed(view);
  assert.equal(commit.root, stateRoot(emptyRootNode));
  assert.deepEqual(commit.rootNode, emptyRootNode);
});

test('whatever the writes, the tree is that of the contents, and the store holds just that', () => {
  fc.assert(
    fc.property(anyScript, (script) => {
      const model = new Map<string, Uint8Array>();
      const store = newPieceStore();
      let rootNode = emptyRootNode;
      for (const writes of script) {
        const view = openState(rootNode, store);
        applyWrites(view, writes);
        applyToModel(model, writes);
        const commit = committed(view);
        const isChanged = commit.rootNode !== rootNode;
        assert.equal(commit.written.get(commit.root), isChanged ? commit.rootNode : undefined);
        store.save(commit);
        rootNode = commit.rootNode;
        const reference = referenceTree(model);
        assert.equal(commit.root, reference.root);
        assert.equal(stateRoot(rootNode), reference.root);
        if (model.size > 0) {
          assert.deepEqual([...store.pieces.keys()].sort(), [...reference.pieces.keys()].sort());
        }
        assert.deepEqual(scanEntries(openState(rootNode, store)), modelEntries(model));
      }
    }),
    { numRuns: 1500 },
  );
});

test('a branch left with exactly as much as a leaf holds is one', () => {
  const store = newPieceStore();
  const sizes: Readonly<Record<string, number>> = { '61': 1019, '62': 1019, '63': 0 };
  const view = openState(emptyRootNode, store);
  for (const [key, size] of Object.entries(sizes))
    view.set(bytesFromHex(key), new Uint8Array(size));
  const branch = committed(view);
  store.save(branch);
  assert.equal(branch.rootNode[0], 1);
  const after = openState(branch.rootNode, store);
  after.delete(bytesFromHex('63'));
  const { rootNode } = committed(after);
  assert.deepEqual([rootNode[0], rootNode.length], [0, 2050]);
});

test('a branch left alone becomes the root, and its bytes are fetched if need be', () => {
  const store = newPieceStore();
  const view = openState(emptyRootNode, store);
  for (const key of ['1000', '1001', '1002', 'f0']) {
    view.set(bytesFromHex(key), new Uint8Array(1000));
  }
  const both = committed(view);
  store.save(both);
  const lacking = newPieceStore();
  const leaf = [...both.written].find(([, bytes]) => bytes[0] === 0 && bytes[3] === 0xf0);
  if (leaf !== undefined) lacking.pieces.set(...leaf);
  const blind = openState(both.rootNode, lacking);
  blind.delete(bytesFromHex('f0'));
  assert.equal(blind.commit(), undefined);
  assert.equal(blind.missing.size, 1);
  const after = openState(both.rootNode, store);
  after.delete(bytesFromHex('f0'));
  const { root, rootNode, written } = committed(after);
  assert.deepEqual([...blind.missing], [root]);
  assert.deepEqual([...written], [[root, rootNode]]);
});

test('a small root that is kept apart from the nodes is never missed later', () => {
  fc.assert(
    fc.property(anyScript, (script) => {
      const store = newPieceStore();
      let rootNode = emptyRootNode;
      for (const writes of script) {
        const view = openState(rootNode, store);
        applyWrites(view, writes);
        const commit = committed(view);
        const written = new Map(commit.written);
        if (commit.rootNode.length <= 512) written.delete(commit.root);
        store.save({ ...commit, written });
        rootNode = commit.rootNode;
        const after = openState(rootNode, store);
        scanEntries(after);
        assert.equal(after.missing.size, 0);
      }
    }),
    { numRuns: 500 },
  );
});

test('writing what is there gives the same root and writes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyWrite, { maxLength: 20 }), (writes) => {
      const store = newPieceStore();
      const first = openState(emptyRootNode, store);
      applyWrites(first, writes);
      const commit = committed(first);
      store.save(commit);
      const again = openState(commit.rootNode, store);
      applyWrites(again, writes);
      const { root, rootNode, written, replaced } = committed(again);
      assert.deepEqual([root, rootNode], [commit.root, commit.rootNode]);
      assert.deepEqual([written.size, replaced().length], [0, 0]);
    }),
    { numRuns: 300 },
  );
});

test('scans see writes and committed entries in the order of their keys', () => {
  fc.assert(
    fc.property(anyScript, fc.array(anyWrite), collidingKey, (script, writes, prefix) => {
      const store = newPieceStore();
      const model = new Map<string, Uint8Array>();
      const first = openState(emptyRootNode, store);
      for (const batch of script) {
        applyWrites(first, batch);
        applyToModel(model, batch);
      }
      store.save(committed(first));
      const view = openState(committed(first).rootNode, store);
      for (const write of writes) {
        applyWrites(view, [write]);
        applyToModel(model, [write]);
        assert.deepEqual(scanEntries(view, prefix), modelEntries(model, prefix));
      }
      for (const [key, value] of model) assert.deepEqual(view.get(bytesFromHex(key)), value);
    }),
    { numRuns: 200 },
  );
});

test('a scan sees the writes made while it runs', () => {
  const view = openState(emptyRootNode, nothing);
  for (const key of ['a', 'b', 'c', 'd']) view.set(text(key), text(key));
  const base = openState(committed(view).rootNode, nothing);
  const seen: string[] = [];
  for (const [key] of base.scan(new Uint8Array())) {
    const name = String.fromCharCode(...key);
    seen.push(name);
    if (name === 'a') {
      base.delete(text('b'));
      base.set(text('ab'), text('new'));
      base.set(text('A'), text('behind'));
    }
    base.delete(key);
  }
  assert.deepEqual(seen, ['a', 'ab', 'c', 'd']);
  assert.deepEqual(scanEntries(base), [['41', text('behind')]]);
});

test('a scan reads no further than it is followed', () => {
  const store = newPieceStore();
  const view = openState(emptyRootNode, store);
  for (let i = 0; i < 64; i++) view.set(Uint8Array.of(4 * i), new Uint8Array(900));
  const commit = committed(view);
  store.save(commit);
  const again = openState(commit.rootNode, store);
  for (const [key] of again.scan(new Uint8Array())) if (key[0] === 0) break;
  assert.equal(again.read.size, 2);
});

test('a rollback leaves no trace of the writes since its checkpoint, however nested', () => {
  fc.assert(
    fc.property(anyScript, (script) => {
      const view = openState(emptyRootNode, nothing);
      const model = new Map<string, Uint8Array>();
      const saved = script.map((writes) => {
        const before = { checkpoint: view.checkpoint(), contents: modelEntries(model) };
        applyWrites(view, writes);
        applyToModel(model, writes);
        scanEntries(view, '10');
        return before;
      });
      for (const { checkpoint, contents } of saved.reverse()) {
        view.rollback(checkpoint);
        assert.deepEqual(scanEntries(view), contents);
        assert.equal(committed(view).root, referenceTree(new Map(contents)).root);
      }
      assert.deepEqual(committed(view).written.size, 0);
    }),
    { numRuns: 200 },
  );
});

test('keys and values beyond their limits are a bug to set and absent to get', () => {
  const view = openState(emptyRootNode, nothing);
  const longest = new Uint8Array(256);
  view.set(longest, new Uint8Array(1 << 20));
  assert.equal(view.get(longest)?.length, 1 << 20);
  const tooLong = new Uint8Array(257);
  assert.throws(() => view.set(tooLong, text('x')), /a key has at most 256 bytes/);
  assert.throws(() => view.set(longest, new Uint8Array((1 << 20) + 1)), /a value has at most/);
  view.delete(tooLong);
  assert.equal(view.get(tooLong), undefined);
  assert.deepEqual([...view.scan(tooLong)], []);
});
