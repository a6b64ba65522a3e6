import { type Hash, hashFromBytes } from '../crypto/hash.ts';
import { cellOf, isSameCell } from './cell.ts';
import { type Draft, place, type Rewriting } from './draft.ts';
import { type StateNode, stateRoot } from './node.ts';
import type { Write } from './overlay.ts';
import { type Change, rewrite } from './rewrite.ts';
import { findCell, type NodeSource, newTreeReader, type TreeReader } from './tree-reader.ts';

/** A stored tree, as far as its nodes are at hand. */
export interface StoredTree {
  readonly source: NodeSource;
  readonly reader: TreeReader;
  readonly root: StateNode;
  /** The encoding of `root`. */
  readonly rootNode: Uint8Array;
}

/** The tree of a map: all of it that a stored tree does not have. */
export interface WrittenTree {
  readonly root: Hash;
  readonly rootNode: Uint8Array;
  /**
   * Every node and piece of the new tree that the stored one does not have as an item, the root
   * included; a root that stays small may be kept elsewhere. Empty if nothing changed.
   */
  readonly written: ReadonlyMap<Hash, Uint8Array>;
  /** Nodes and pieces of the stored tree that the new one does not reach, found when asked for. */
  replaced(): readonly Hash[];
}

/** A map after writes over a stored tree. */
export interface StateCommit extends WrittenTree {
  /** The root node of the stored tree. */
  readonly base: Uint8Array;
  /** All in which the map differs from the stored one, in the order of keys. */
  readonly changes: readonly Write[];
  /** The tree of the stored map with the changes that are `wanted`, if its nodes are at hand. */
  treeOf(wanted: (change: Write) => boolean): WrittenTree | undefined;
}

/** What writes, one a key and in order, make of a tree; undefined if anything is missing. */
export function commitOver(stored: StoredTree, writes: readonly Write[]): StateCommit | undefined {
  const tree = treeAfter(stored, writes);
  if (tree === undefined) return undefined;
  const changes = writes.filter((write) => isChange(stored, write));
  return {
    ...tree,
    base: stored.rootNode,
    changes,
    treeOf(wanted) {
      // Some changes may shrink a subtree that all of them do not, and read more for it.
      const reader = newTreeReader(stored.source);
      return treeAfter({ ...stored, reader }, changes.filter(wanted));
    },
  };
}

function isChange({ reader, root }: StoredTree, { key, value }: Write): boolean {
  const cell = findCell(reader, root, key);
  if (cell === undefined || value === undefined) return cell !== value;
  return !isSameCell(cell, cellOf(key, value).cell);
}

function treeAfter(
  { reader, root, rootNode }: StoredTree,
  writes: readonly Write[],
): WrittenTree | undefined {
  const tree: Rewriting = { reader, oldRoot: rootNode, written: new Map(), replaced: new Set() };
  const outcome = rewrite(tree, root, undefined, writes.map(changeOf));
  if (outcome.kind === 'unchanged') {
    if (reader.missing.size > 0) return undefined;
    return { root: stateRoot(rootNode), rootNode, written: tree.written, replaced: () => [] };
  }
  const draft: Draft = outcome.kind === 'gone' ? { kind: 'leaf', entries: [] } : outcome;
  return settle(tree, draft);
}

function changeOf({ key, value }: Write): Change {
  if (value === undefined) return { key, cell: undefined, piece: undefined };
  return { key, ...cellOf(key, value) };
}

/** The tree whose root is `draft`. */
function settle(tree: Rewriting, draft: Draft): WrittenTree | undefined {
  const { reader, written, oldRoot } = tree;
  const digest = place(tree, draft);
  const root = hashFromBytes(digest);
  const rootNode = written.get(root) ?? reader.nodeBytes(digest);
  if (rootNode === undefined || reader.missing.size > 0) return undefined;
  written.set(root, rootNode);
  return {
    root,
    rootNode,
    written,
    // Hashing a small old root would be a good part of the work.
    replaced() {
      const gone = [...tree.replaced, stateRoot(oldRoot)];
      return gone.filter((hash) => !written.has(hash));
    },
  };
}
