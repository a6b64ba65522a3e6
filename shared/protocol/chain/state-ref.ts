import { bytesFromHash, type Hash, hashCodec, hashOf, tag } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { equalBytes } from '../primitives/bytes.ts';
import { keyCodec } from '../state/cell.ts';
import { stateRoot } from '../state/node.ts';
import type { Write } from '../state/overlay.ts';
import type { StateCommit, WrittenTree } from '../state/state-commit.ts';

/** Most bytes of a state's root node that stay inside the head. */
export const inlineNodeMax = 320;
/** Most bytes that the head's changes of a state may take; a proposal is to fit beside them. */
export const changesBytesMax = { fast: 448, other: 192 } as const;
/** After so many blocks it is noted how the state is kept, so that it is found later. */
export const notedEvery = 64n;
/** Keys and values of changes take two bytes or more. */
const changesMax = changesBytesMax.fast / 2;

/** A state that is stored: its root node is inside the head if it is small, or has this hash. */
const baseCodec = union({
  stored: [0, struct({ root: hashCodec })],
  inline: [1, struct({ node: bytes(inlineNodeMax) })],
});
export type StateBase = Decoded<typeof baseCodec>;

/**
 * A chain's execution state: one that is stored, and all in which the present one differs, in the
 * order of keys. Nodes of the present tree are stored only once the changes no longer fit the head.
 */
export const stateRefCodec = struct({
  root: hashCodec,
  base: baseCodec,
  /** Without a value, the key is deleted. */
  changes: vector(
    struct({ key: keyCodec, value: option(bytes(changesBytesMax.fast)) }),
    changesMax,
  ),
});
export type StateRef = Decoded<typeof stateRefCodec>;

/** How the next head refers to a state, and the nodes to store for it. */
export interface KeptState {
  readonly state: StateRef;
  readonly nodes: ReadonlyMap<Hash, Uint8Array>;
}

const noteTag = tag('weft/kept-state');
const noNodes: KeptState['nodes'] = new Map();

/** A state all of whose nodes are stored. */
export function storedState({ root, rootNode, written }: WrittenTree): KeptState {
  const base = baseOf(root, rootNode);
  return { state: { root, base, changes: [] }, nodes: outside(base, written) };
}

/**
 * The state after a block over `before`. Changes wait in the head while they fit there; then those
 * that this block made for the first time are stored with all others. What each block changes
 * waits on, since it would be stored for nothing.
 */
export function keptState(before: StateRef, commit: StateCommit, bytesMax: number): KeptState {
  const inside = insideHead(before, commit, bytesMax);
  if (inside) return inside;
  const { changes } = commit;
  const waiting = changes.filter((change) => isChangedAgain(before.changes, change));
  const tree =
    waiting.length > 0 && changesBytes(waiting) <= bytesMax / 2
      ? commit.treeOf((change) => !waiting.includes(change))
      : undefined;
  if (tree === undefined) return storedState(commit);
  const base = baseOf(tree.root, tree.rootNode);
  return {
    state: { root: commit.root, base, changes: waiting },
    nodes: outside(base, tree.written),
  };
}

/**
 * The same, and a note of how the state is kept. Its name does not tell two notes apart, so that
 * all workers that make a block keep it alike here, whichever certificate or nodes they have.
 */
export function notedState(before: StateRef, commit: StateCommit): KeptState {
  const { state, nodes } = insideHead(before, commit, changesBytesMax.fast) ?? storedState(commit);
  const note = encode(stateRefCodec, state);
  return { state, nodes: new Map([...nodes, [noteHash(state.root), note]]) };
}

/** The name of the note on a state with this root. */
export function noteHash(root: Hash): Hash {
  return hashOf(noteTag, bytesFromHash(root));
}

/** A state of which nothing has to be stored beside the head, if it fits. */
function insideHead(
  before: StateRef,
  commit: StateCommit,
  bytesMax: number,
): KeptState | undefined {
  const { root, rootNode, written, changes } = commit;
  if (written.size <= 1 && rootNode.length <= inlineNodeMax) return storedState(commit);
  if (changesBytes(changes) > bytesMax) return undefined;
  return { state: { root, base: before.base, changes }, nodes: noNodes };
}

/** What is to be stored of nodes beside a head with this base. */
function outside(base: StateBase, nodes: KeptState['nodes']): KeptState['nodes'] {
  if (base.kind === 'stored' || nodes.size === 0) return nodes;
  const inside = stateRoot(base.node);
  return new Map([...nodes].filter(([hash]) => hash !== inside));
}

function baseOf(root: Hash, node: Uint8Array): StateBase {
  return node.length <= inlineNodeMax ? { kind: 'inline', node } : { kind: 'stored', root };
}

function isChangedAgain(before: readonly Write[], { key, value }: Write): boolean {
  const earlier = before.find((one) => equalBytes(one.key, key));
  if (earlier?.value === undefined || value === undefined) return false;
  return !equalBytes(earlier.value, value);
}

function changesBytes(changes: readonly Write[]): number {
  let sum = 0;
  for (const { key, value } of changes) sum += key.length + (value?.length ?? 0) + 3;
  return sum;
}
