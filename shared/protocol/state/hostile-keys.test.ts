import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referenceTree } from '#test/support/reference-state.ts';
import { applyWrites, newPieceStore, scanEntries } from '#test/support/state-script.ts';
import { bytesFromHex, hexFromBytes } from '../primitives/hex.ts';
import { emptyRootNode, nodeBytesMax } from './node.ts';
import { checkStateProof, proofNodesMax, proveKey } from './proof.ts';
import type { StateCommit } from './state-commit.ts';
import { openState } from './state-view.ts';

const longKey = (last: readonly number[]) =>
  hexFromBytes(Uint8Array.from([...new Array(256 - last.length).fill(0xaa), ...last]));

const families: Readonly<Record<string, { keys: readonly string[]; valueBytes: number }>> = {
  'of the longest length that differ in their last digit': {
    keys: Array.from({ length: 16 }, (_, i) => longKey([0xa0 + i])),
    valueBytes: 1024,
  },
  'by the thousand that differ in their last three digits': {
    keys: Array.from({ length: 4096 }, (_, i) => longKey([0xa0 + (i >> 8), i & 255])),
    valueBytes: 8,
  },
  'of which each begins with all the others': {
    keys: Array.from({ length: 257 }, (_, i) => 'aa'.repeat(i)),
    valueBytes: 1024,
  },
  'that fork at every digit': {
    keys: Array.from({ length: 256 }, (_, i) => [
      'aa'.repeat(i),
      `${'aa'.repeat(i)}0f`,
      `${'aa'.repeat(i)}af`,
    ]).flat(),
    valueBytes: 1024,
  },
};

for (const [name, { keys, valueBytes }] of Object.entries(families)) {
  test(`keys ${name} keep nodes small and proofs whole`, () => {
    const value = (i: number) => new Uint8Array(valueBytes).fill(i);
    const store = newPieceStore();
    const view = openState(emptyRootNode, store);
    applyWrites(
      view,
      keys.map((key, i) => ({ key, value: value(i) })),
    );
    const commit = view.commit() as StateCommit;
    store.save(commit);
    const contents = new Map(keys.map((key, i) => [key, value(i)]));
    assert.equal(commit.root, referenceTree(contents).root);
    for (const bytes of store.pieces.values()) assert.ok(bytes.length <= nodeBytesMax);

    const last = keys.length - 1;
    const deepest = bytesFromHex(keys[last] as string);
    const proof = proveKey(commit.rootNode, store, deepest);
    assert.ok(proof.ok && proof.value.nodes.length <= proofNodesMax);
    const checked = checkStateProof(commit.root, deepest, proof.value);
    assert.deepEqual(checked, { ok: true, value: value(last) });

    const edited = openState(commit.rootNode, store);
    edited.delete(deepest);
    const without = edited.commit() as StateCommit;
    contents.delete(keys[last] as string);
    assert.equal(without.root, referenceTree(contents).root);
    store.save(without);
    const emptied = openState(without.rootNode, store);
    for (const [key] of emptied.scan(new Uint8Array())) emptied.delete(key);
    const end = emptied.commit() as StateCommit;
    assert.deepEqual(end.rootNode, emptyRootNode);
    store.save(end);
    assert.deepEqual([...store.pieces.keys()], [end.root]);
  });
}

test('a key inserted above, inside and below a long common prefix lands in its place', () => {
  const store = newPieceStore();
  let rootNode = emptyRootNode;
  const contents = new Map<string, Uint8Array>();
  const long = 'ab'.repeat(100);
  const order = [`${long}00`, `${long}01`, `${long}02`, long, 'ab'.repeat(50), 'ff', '', 'aa'];
  for (const key of order) {
    const view = openState(rootNode, store);
    applyWrites(view, [{ key, value: new Uint8Array(1000) }]);
    contents.set(key, new Uint8Array(1000));
    const commit = view.commit() as StateCommit;
    store.save(commit);
    rootNode = commit.rootNode;
    assert.equal(commit.root, referenceTree(contents).root);
  }
  assert.deepEqual(
    scanEntries(openState(rootNode, store)).map(([key]) => key),
    [...order].sort(),
  );
});
