import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { referenceTree } from '#test/support/reference-state.ts';
import { newPieceStore } from '#test/support/state-script.ts';
import type { Hash } from '../crypto/hash.ts';
import { decode, encode } from '../encoding/codec.ts';
import { bytesFromHex, hexFromBytes } from '../primitives/hex.ts';
import { emptyRootNode, nodeCodec } from './node.ts';
import { checkStateProof, type ProofRejection, proveKey, stateProofCodec } from './proof.ts';
import { openState } from './state-view.ts';

interface Tree {
  readonly name: string;
  readonly entries: readonly { key: string; fill: string; length: number }[];
  readonly root: string;
  readonly rootNode: string;
  readonly pieces: Readonly<Record<string, string>>;
}
interface Claim {
  readonly root: Hash;
  readonly key: string;
  readonly proof: string;
}
interface Vectors {
  readonly trees: readonly Tree[];
  readonly proofs: readonly (Claim & { claim: string; value: string | null })[];
  readonly refusedNodes: readonly {
    hex: string;
    offset: number;
    found: string;
    expected: string;
  }[];
  readonly refusedProofs: readonly (Claim & { name: string; error: ProofRejection })[];
}

const file = new URL('../../../test/vectors/state.json', import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));

function contentsOf({ entries }: Tree): ReadonlyMap<string, Uint8Array> {
  return new Map(
    entries.map(({ key, fill, length }) => [
      key,
      new Uint8Array(length).fill(Number.parseInt(fill, 16)),
    ]),
  );
}

function check({ root, key, proof }: Claim) {
  const decoded = decode(stateProofCodec, bytesFromHex(proof));
  assert.ok(decoded.ok);
  return checkStateProof(root, bytesFromHex(key), decoded.value);
}

for (const tree of vectors.trees) {
  test(`the tree of ${tree.name} has the bytes of its vector`, () => {
    const contents = contentsOf(tree);
    const view = openState(emptyRootNode, newPieceStore());
    for (const [key, value] of contents) view.set(bytesFromHex(key), value);
    const commit = view.commit();
    assert.equal(commit?.root, tree.root);
    assert.equal(hexFromBytes(commit?.rootNode ?? new Uint8Array()), tree.rootNode);
    for (const [hash, bytes] of commit?.written ?? []) {
      assert.equal(hexFromBytes(bytes), tree.pieces[hash]);
    }
    assert.ok(contents.size === 0 || commit?.written.size === Object.keys(tree.pieces).length);
    const reference = referenceTree(contents);
    assert.equal(reference.root, tree.root);
    assert.deepEqual([...reference.pieces.keys()].sort(), Object.keys(tree.pieces));
  });
}

test('each proof of the vectors shows what it claims, and is the one we make', () => {
  for (const claim of vectors.proofs) {
    const { root, key, proof, value } = claim;
    const checked = check(claim);
    assert.ok(checked.ok, claim.claim);
    assert.equal(checked.value === undefined ? null : hexFromBytes(checked.value), value);
    const tree = vectors.trees.find((candidate) => candidate.root === root);
    assert.ok(tree !== undefined);
    const read = (hash: Hash) => bytesFromHex(tree.pieces[hash] ?? '');
    const made = proveKey(bytesFromHex(tree.rootNode), { read }, bytesFromHex(key));
    assert.equal(made.ok && hexFromBytes(encode(stateProofCodec, made.value)), proof);
  }
});

test('each refused proof of the vectors is refused for its reason', () => {
  for (const claim of vectors.refusedProofs) {
    assert.deepEqual(check(claim), { ok: false, error: claim.error }, claim.name);
  }
});

test('each refused node of the vectors is refused for its reason', () => {
  for (const { hex, ...rest } of vectors.refusedNodes) {
    const decoded = decode(nodeCodec, bytesFromHex(hex));
    assert.deepEqual(decoded, { ok: false, error: { kind: 'malformed-bytes', ...rest } });
  }
});
