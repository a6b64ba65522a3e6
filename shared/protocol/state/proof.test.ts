import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  anyScript,
  applyToModel,
  applyWrites,
  collidingKey,
  newPieceStore,
  type PieceStore,
  type ScriptWrite,
} from '#test/support/state-script.ts';
import type { Hash } from '../crypto/hash.ts';
import { decode, encode } from '../encoding/codec.ts';
import { bytesFromHex } from '../primitives/hex.ts';
import { type Cell, type Entry, heldValueCodec, heldValueDigest } from './cell.ts';
import type { Path } from './nibbles.ts';
import { emptyRootNode, nodeCodec, nodeDigest, type StateNode, stateRoot } from './node.ts';
import { checkStateProof, proveKey, type StateProof, stateProofCodec } from './proof.ts';
import type { StateCommit } from './state-commit.ts';
import { openState } from './state-view.ts';

interface Tree {
  readonly store: PieceStore;
  readonly root: Hash;
  readonly rootNode: Uint8Array;
}

function treeOf(writes: readonly ScriptWrite[]): Tree {
  const store = newPieceStore();
  const view = openState(emptyRootNode, store);
  applyWrites(view, writes);
  const commit = view.commit() as StateCommit;
  store.save(commit);
  return { store, root: commit.root, rootNode: commit.rootNode };
}

function prove({ rootNode, store }: Tree, key: string): StateProof {
  const proof = proveKey(rootNode, store, bytesFromHex(key));
  assert.ok(proof.ok);
  return proof.value;
}

function rejectionOf(tree: Tree, key: string, proof: StateProof): string | undefined {
  const checked = checkStateProof(tree.root, bytesFromHex(key), proof);
  return checked.ok ? undefined : checked.error.kind;
}

const filled = (size: number, fill = 1) => new Uint8Array(size).fill(fill);

/** Three levels, a branch with a value of its own, an inline value and held ones. */
const sample = treeOf([
  { key: '10', value: filled(900) },
  { key: '1000', value: filled(900, 2) },
  { key: '1001', value: filled(1500, 3) },
  { key: '100200', value: filled(900, 4) },
  { key: '20', value: filled(1500, 3) },
  { key: '21', value: filled(2) },
  ...['a1', 'a2', 'a3'].map((key) => ({ key, value: filled(800) })),
]);

test('every key, there or not, has a proof that shows exactly what the map holds', () => {
  fc.assert(
    fc.property(anyScript, fc.array(collidingKey), (script, others) => {
      const model = new Map<string, Uint8Array>();
      for (const writes of script) applyToModel(model, writes);
      const tree = treeOf(script.flat());
      for (const key of [...model.keys(), ...others]) {
        const decoded = decode(stateProofCodec, encode(stateProofCodec, prove(tree, key)));
        assert.ok(decoded.ok);
        const checked = checkStateProof(tree.root, bytesFromHex(key), decoded.value);
        assert.deepEqual(checked, { ok: true, value: model.get(key) });
      }
    }),
    { numRuns: 200 },
  );
});

test('a proof with any bit flipped is refused', () => {
  for (const key of ['10', '1001', '20', '21', '22', '', 'ff', '100100']) {
    const bytes = encode(stateProofCodec, prove(sample, key));
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
      const decoded = decode(stateProofCodec, flipped);
      if (!decoded.ok) continue;
      assert.ok(rejectionOf(sample, key, decoded.value), `${key || 'empty key'}, byte ${at}`);
    }
  }
});

test('a proof holds for its own root only', () => {
  const proof = prove(sample, '10');
  const other = { ...sample, root: stateRoot(emptyRootNode) };
  assert.equal(rejectionOf(other, '10', proof), 'state-proof-mismatch');
});

test('a proof for one key shows nothing false about another', () => {
  const model = new Map([
    ['10', filled(900)],
    ['1001', filled(1500, 3)],
    ['20', filled(1500, 3)],
    ['21', filled(2)],
  ]);
  const keys = [...model.keys(), '22', '', '1002'];
  for (const proven of keys) {
    for (const asked of keys) {
      const checked = checkStateProof(sample.root, bytesFromHex(asked), prove(sample, proven));
      if (checked.ok) assert.deepEqual(checked.value, model.get(asked), `${proven} for ${asked}`);
    }
  }
});

test('a proof that stops early or lacks its value is incomplete', () => {
  const { nodes, heldValue } = prove(sample, '1001');
  const incomplete = 'state-proof-incomplete';
  assert.equal(rejectionOf(sample, '1001', { nodes: [], heldValue }), incomplete);
  assert.equal(rejectionOf(sample, '1001', { nodes: nodes.slice(0, -1), heldValue }), incomplete);
  assert.equal(rejectionOf(sample, '1001', { nodes, heldValue: undefined }), incomplete);
});

test('a proof with more than it needs is refused', () => {
  const { nodes } = prove(sample, '21');
  const more = [...nodes, nodes[0] as Uint8Array];
  const excess = 'state-proof-excess';
  assert.equal(rejectionOf(sample, '21', { nodes: more, heldValue: undefined }), excess);
  const { heldValue } = prove(sample, '20');
  assert.equal(rejectionOf(sample, '21', { nodes, heldValue }), excess);
});

test('the value of another key is refused, though its bytes are the same', () => {
  const { nodes } = prove(sample, '20');
  const { heldValue } = prove(sample, '1001');
  assert.equal(rejectionOf(sample, '20', { nodes, heldValue }), 'state-proof-mismatch');
});

/** Whether what `nodes` show of key 00 is refused as malformed, under the root that they have. */
function isMalformed(nodes: readonly StateNode[], heldValue?: Uint8Array): boolean {
  const encoded = nodes.map((node) => encode(nodeCodec, node));
  const root = stateRoot(encoded[0] as Uint8Array);
  const kind = rejectionOf({ ...sample, root }, '00', { nodes: encoded, heldValue });
  return kind === 'state-proof-malformed';
}

const leafOf = (...entries: Entry[]): StateNode => ({ kind: 'leaf', entries });

test('a root over what is no node proves nothing', () => {
  const bytes = Uint8Array.of(7);
  const proof = { nodes: [bytes], heldValue: undefined };
  const tree = { ...sample, root: stateRoot(bytes) };
  assert.equal(rejectionOf(tree, '', proof), 'state-proof-malformed');
});

test('a root over nodes in places where they cannot be proves nothing', () => {
  const cell: Cell = { kind: 'inline', value: filled(1) };
  const branch = (prefix: Path, child: StateNode): StateNode => {
    const digest = nodeDigest(encode(nodeCodec, child));
    return { kind: 'branch', prefix, size: 4000n, own: undefined, children: [digest, digest] };
  };
  const top = { bytes: new Uint8Array(), nibbles: 0 };
  const inPlace = leafOf({ key: bytesFromHex('01'), cell }, { key: bytesFromHex('02'), cell });
  assert.equal(isMalformed([branch(top, inPlace), inPlace]), false);
  for (const child of [
    leafOf(),
    leafOf({ key: bytesFromHex('01'), cell }, { key: bytesFromHex('10'), cell }),
    leafOf({ key: new Uint8Array(), cell }, { key: bytesFromHex('00'), cell }),
    branch({ bytes: bytesFromHex('ff'), nibbles: 2 }, inPlace),
    branch(top, inPlace),
  ]) {
    assert.equal(isMalformed([branch(top, child), child]), true);
  }
});

test('a root over a held value of another key or length proves nothing', () => {
  const key = bytesFromHex('00');
  const piece = (of: Uint8Array) => encode(heldValueCodec, { key: of, value: filled(2000) });
  const leafNaming = (bytes: Uint8Array, length: number) =>
    leafOf({ key, cell: { kind: 'held', hash: heldValueDigest(bytes), length } });
  const own = piece(key);
  assert.equal(isMalformed([leafNaming(own, 2000)], own), false);
  assert.equal(isMalformed([leafNaming(own, 2001)], own), true);
  const other = piece(bytesFromHex('01'));
  assert.equal(isMalformed([leafNaming(other, 2000)], other), true);
  const cut = own.subarray(0, 1500);
  assert.equal(isMalformed([leafNaming(cut, 2000)], cut), true);
});

test('a proof for which a piece is not at hand names the piece', () => {
  const have = newPieceStore();
  const wanted: Hash[] = [];
  for (;;) {
    const proof = proveKey(sample.rootNode, have, bytesFromHex('1001'));
    if (proof.ok) break;
    const { kind, hash } = proof.error;
    assert.equal(kind, 'state-piece-missing');
    wanted.push(hash);
    have.pieces.set(hash, sample.store.read(hash) as Uint8Array);
  }
  const { nodes } = prove(sample, '1001');
  assert.equal(wanted.length, nodes.length, 'all nodes but the root, and the value');
});
