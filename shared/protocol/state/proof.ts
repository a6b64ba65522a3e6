import { type Hash, hashFromBytes } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import { type Decoded, decode } from '../encoding/codec.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { equalBytes } from '../primitives/bytes.ts';
import { ok, type Result, reject } from '../primitives/result.ts';
import { type Cell, heldValueCodec, heldValueDigest, keyBytesMax, valueBytesMax } from './cell.ts';
import { childPath, type Path, pathOfKey, startsWith } from './nibbles.ts';
import { nodeBytesMax, nodeCodec, nodeDigest, type StateNode } from './node.ts';
import { cellInLeaf, decodeStored, type NodeSource, stepTowards } from './tree-reader.ts';

/** Longest way from a root to a leaf: a branch for each digit of a key but the last, and a leaf. */
export const proofNodesMax: number = 2 * keyBytesMax + 1;

/**
 * What a map holds under a key, from its root alone: the nodes on the way there, root first, and
 * the piece of the value where it is held by hash.
 */
export const stateProofCodec = struct({
  nodes: vector(bytes(nodeBytesMax), proofNodesMax),
  heldValue: option(bytes(heldPieceBytesMax())),
});
export type StateProof = Decoded<typeof stateProofCodec>;

/** Why a proof shows nothing about a key. `index` counts the nodes from the root. */
export type ProofRejection =
  | {
      readonly kind: 'state-proof-mismatch';
      readonly index: number;
      readonly found: Hash;
      readonly expected: Hash;
    }
  | {
      readonly kind: 'state-proof-malformed' | 'state-proof-incomplete' | 'state-proof-excess';
      readonly index: number;
      readonly found: string;
      readonly expected: string;
    };

/** The proof of what `key` holds under `rootNode`, or the one piece that has to be fetched. */
export function proveKey(
  rootNode: Uint8Array,
  source: NodeSource,
  key: Uint8Array,
): Result<StateProof, { readonly kind: 'state-piece-missing'; readonly hash: Hash }> {
  const nodes: Uint8Array[] = [rootNode];
  let arrival = arriveAt(decodeStored(nodeCodec, rootNode), key);
  while (arrival.kind === 'onward') {
    const hash = hashFromBytes(arrival.digest);
    const node = source.read(hash);
    if (node === undefined) return reject({ kind: 'state-piece-missing', hash });
    nodes.push(node);
    arrival = arriveAt(decodeStored(nodeCodec, node), key);
  }
  if (arrival.cell?.kind !== 'held') return ok({ nodes, heldValue: undefined });
  const hash = hashFromBytes(arrival.cell.hash);
  const heldValue = source.read(hash);
  if (heldValue === undefined) return reject({ kind: 'state-piece-missing', hash });
  return ok({ nodes, heldValue });
}

/**
 * The value that `key` has in the map committed to by `root`, undefined if the map lacks it. Every
 * byte of the proof is bound by the root and the key, or the proof is refused.
 */
export function checkStateProof(
  root: Hash,
  key: Uint8Array,
  { nodes, heldValue }: StateProof,
): Result<Uint8Array | undefined, ProofRejection> {
  let expected = root;
  let path: Path = { bytes: new Uint8Array(), nibbles: 0 };
  for (let index = 0; index < nodes.length; index++) {
    const node = openNode(nodes[index] as Uint8Array, index, expected, path);
    if (!node.ok) return node;
    const arrival = arriveAt(node.value, key);
    if (arrival.kind === 'onward') {
      expected = hashFromBytes(arrival.digest);
      path = arrival.path;
    } else if (index + 1 < nodes.length) {
      const found = `${nodes.length} nodes`;
      return reject({ kind: 'state-proof-excess', index, found, expected: `${index + 1} nodes` });
    } else {
      return openCell(arrival.cell, heldValue, { key, index });
    }
  }
  const found = `${nodes.length} nodes`;
  return reject({ kind: 'state-proof-incomplete', index: nodes.length, found, expected });
}

/** Where a node leaves a key: decided, or onward in the node named. */
type Arrival =
  | { readonly kind: 'decided'; readonly cell: Cell | undefined }
  | { readonly kind: 'onward'; readonly digest: Uint8Array; readonly path: Path };

function arriveAt(node: StateNode, key: Uint8Array): Arrival {
  if (node.kind === 'leaf') return { kind: 'decided', cell: cellInLeaf(node.entries, key) };
  const step = stepTowards(node, key);
  if (step.kind !== 'child') {
    return { kind: 'decided', cell: step.kind === 'own' ? step.cell : undefined };
  }
  return { kind: 'onward', digest: step.digest, path: childPath(node.prefix, step.nibble) };
}

/** The node at `index` if it is the one that its parent names, in a place where it may be. */
function openNode(
  content: Uint8Array,
  index: number,
  expected: Hash,
  path: Path,
): Result<StateNode, ProofRejection> {
  const found = hashFromBytes(nodeDigest(content));
  if (found !== expected) return reject({ kind: 'state-proof-mismatch', index, found, expected });
  const decoded = decode(nodeCodec, content);
  if (!decoded.ok) return reject(malformed(index, decoded.error));
  if (index > 0 && !isUnder(decoded.value, path)) {
    const place = { found: 'a node of another place', expected: 'keys under the path to it' };
    return reject(malformed(index, place));
  }
  return ok(decoded.value);
}

/** Whether all keys of the node begin with `path`; for a sorted leaf its extremes tell. */
function isUnder(node: StateNode, path: Path): boolean {
  if (node.kind === 'branch') return startsWith(node.prefix, path);
  const first = node.entries[0];
  const last = node.entries[node.entries.length - 1];
  if (first === undefined || last === undefined) return false;
  return startsWith(pathOfKey(first.key), path) && startsWith(pathOfKey(last.key), path);
}

function openCell(
  cell: Cell | undefined,
  piece: Uint8Array | undefined,
  { key, index }: { key: Uint8Array; index: number },
): Result<Uint8Array | undefined, ProofRejection> {
  if (cell?.kind !== 'held') {
    if (piece === undefined) return ok(cell?.value);
    const found = 'a held value';
    return reject({ kind: 'state-proof-excess', index, found, expected: 'none' });
  }
  const expected = hashFromBytes(cell.hash);
  if (piece === undefined) {
    return reject({ kind: 'state-proof-incomplete', index, found: 'no held value', expected });
  }
  const found = hashFromBytes(heldValueDigest(piece));
  if (found !== expected) return reject({ kind: 'state-proof-mismatch', index, found, expected });
  const held = decode(heldValueCodec, piece);
  if (!held.ok) return reject(malformed(index, held.error));
  const { key: heldKey, value } = held.value;
  if (equalBytes(heldKey, key) && value.length === cell.length) return ok(value);
  const other = { found: 'a piece of another key or length', expected: 'the piece of this entry' };
  return reject(malformed(index, other));
}

function malformed(
  index: number,
  { found, expected }: { found: string; expected: string },
): ProofRejection {
  return { kind: 'state-proof-malformed', index, found, expected };
}

function heldPieceBytesMax(): number {
  return valueBytesMax + keyBytesMax + 5;
}
