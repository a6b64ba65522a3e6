import { hashFromBytes } from '../crypto/hash.ts';
import { assert } from '../primitives/assert.ts';
import { compareBytes } from '../primitives/bytes.ts';
import { type Cell, type Entry, entrySize, isSameCell } from './cell.ts';
import { type Draft, grow, growAround, place, type Rewriting, sizeOfDraft } from './draft.ts';
import { nibbleAt } from './nibbles.ts';
import { type Branch, type Leaf, leafBytesMax, type StateNode, sizeOfNode } from './node.ts';
import { endOfDigit, endOfPrefix, lowerBound } from './search.ts';

/** A key's new cell, or none to delete it; `piece` is what a held cell names. */
export interface Change {
  readonly key: Uint8Array;
  readonly cell: Cell | undefined;
  readonly piece: Uint8Array | undefined;
}

/** What becomes of a subtree. */
export type Outcome = Draft | { readonly kind: 'unchanged' } | { readonly kind: 'gone' };

const unchanged: Outcome = { kind: 'unchanged' };
const gone: Outcome = { kind: 'gone' };

/**
 * The subtree of `node` after changes, which are in order. What is missing stays unchanged.
 * `digest` names the node; it is undefined for the root.
 */
export function rewrite(
  tree: Rewriting,
  node: StateNode,
  digest: Uint8Array | undefined,
  changes: readonly Change[],
): Outcome {
  if (node.kind === 'branch') return rewriteBranch(tree, node, digest, changes);
  const entries = changedEntries(tree, node, changes);
  if (entries === undefined) return unchanged;
  noteReplaced(tree, digest);
  return entries.length === 0 ? gone : grow(tree, entries);
}

/** The entries of a leaf after changes, or undefined if that is what they were. */
function changedEntries(
  tree: Rewriting,
  { entries }: Leaf,
  changes: readonly Change[],
): readonly Entry[] | undefined {
  const after: Entry[] = [];
  let isChanged = false;
  let next = 0;
  for (const change of changes) {
    let order = 1;
    while (next < entries.length) {
      order = compareBytes((entries[next] as Entry).key, change.key);
      if (order >= 0) break;
      after.push(entries[next++] as Entry);
    }
    const old = next < entries.length && order === 0 ? entries[next++] : undefined;
    if (noteChange(tree, old?.cell, change)) isChanged = true;
    if (change.cell !== undefined) after.push({ key: change.key, cell: change.cell });
  }
  while (next < entries.length) after.push(entries[next++] as Entry);
  return isChanged ? after : undefined;
}

/** Whether `change` differs from what is there; if so, held pieces come and go with it. */
function noteChange(tree: Rewriting, old: Cell | undefined, { cell, piece }: Change): boolean {
  if (old === undefined && cell === undefined) return false;
  if (old !== undefined && cell !== undefined && isSameCell(old, cell)) return false;
  if (old?.kind === 'held') tree.replaced.add(hashFromBytes(old.hash));
  if (cell?.kind === 'held' && piece !== undefined) {
    tree.written.set(hashFromBytes(cell.hash), piece);
  }
  return true;
}

function insertions(tree: Rewriting, changes: readonly Change[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const change of changes) {
    if (!noteChange(tree, undefined, change) || change.cell === undefined) continue;
    entries.push({ key: change.key, cell: change.cell });
  }
  return entries;
}

function rewriteBranch(
  tree: Rewriting,
  branch: Branch,
  digest: Uint8Array | undefined,
  changes: readonly Change[],
): Outcome {
  const { prefix, size } = branch;
  const from = lowerBound(changes, prefix.bytes);
  const to = endOfPrefix(changes, from, prefix);
  const inner = rewriteUnder(tree, branch, digest, changes.slice(from, to));
  const around = insertions(tree, [...changes.slice(0, from), ...changes.slice(to)]);
  if (around.length === 0) return inner;
  if (inner.kind === 'gone') return grow(tree, around);
  const draft: Draft = inner.kind === 'unchanged' ? { kind: 'kept', digest, size } : inner;
  return growAround(tree, around, { draft, path: prefix });
}

/** A branch under way: `drafts` override `children` where a subtree has changed. */
interface Parts {
  own: Cell | undefined;
  size: bigint;
  isChanged: boolean;
  readonly children: (Uint8Array | undefined)[];
  readonly drafts: (Draft | undefined)[];
}

/** The branch after changes to keys that begin with its prefix. */
function rewriteUnder(
  tree: Rewriting,
  branch: Branch,
  digest: Uint8Array | undefined,
  changes: readonly Change[],
): Outcome {
  const { prefix, own, size } = branch;
  const children = [...branch.children];
  const parts: Parts = { own, size, isChanged: false, children, drafts: [] };
  for (let from = 0; from < changes.length; ) {
    const change = changes[from] as Change;
    if (2 * change.key.length === prefix.nibbles) {
      changeOwn(tree, parts, change);
      from++;
    } else {
      const to = endOfDigit(changes, from, prefix.nibbles);
      changeChild(tree, parts, nibbleAt(change.key, prefix.nibbles), changes.slice(from, to));
      from = to;
    }
  }
  if (!parts.isChanged) return unchanged;
  noteReplaced(tree, digest);
  return assemble(tree, parts, prefix);
}

function changeOwn(tree: Rewriting, parts: Parts, change: Change): void {
  if (!noteChange(tree, parts.own, change)) return;
  const { key, cell } = change;
  parts.size += BigInt(cell === undefined ? 0 : entrySize(key, cell));
  parts.size -= BigInt(parts.own === undefined ? 0 : entrySize(key, parts.own));
  parts.own = cell;
  parts.isChanged = true;
}

function changeChild(
  tree: Rewriting,
  parts: Parts,
  nibble: number,
  changes: readonly Change[],
): void {
  const digest = parts.children[nibble];
  if (digest === undefined) {
    const entries = insertions(tree, changes);
    if (entries.length > 0) replaceChild(parts, nibble, 0n, grow(tree, entries));
    return;
  }
  const child = tree.reader.node(digest);
  if (child === undefined) return;
  const outcome = rewrite(tree, child, digest, changes);
  if (outcome.kind === 'unchanged') return;
  replaceChild(parts, nibble, sizeOfNode(child), outcome.kind === 'gone' ? undefined : outcome);
}

function replaceChild(parts: Parts, nibble: number, size: bigint, draft: Draft | undefined): void {
  parts.size += (draft === undefined ? 0n : sizeOfDraft(draft)) - size;
  parts.children[nibble] = undefined;
  parts.drafts[nibble] = draft;
  parts.isChanged = true;
}

/** The node that these parts make: none, a leaf, the only part left, or a branch. */
function assemble(tree: Rewriting, parts: Parts, prefix: Branch['prefix']): Outcome {
  const { own, size, children, drafts } = parts;
  if (size === 0n) return gone;
  if (size <= BigInt(leafBytesMax)) return gather(tree, parts, prefix.bytes);
  const present: number[] = [];
  for (let nibble = 0; nibble < 16; nibble++) {
    if ((drafts[nibble] ?? children[nibble]) !== undefined) present.push(nibble);
  }
  const only = present[0];
  if (own === undefined && present.length === 1 && only !== undefined) {
    return drafts[only] ?? { kind: 'kept', digest: children[only] as Uint8Array, size };
  }
  for (const nibble of present) {
    const draft = drafts[nibble];
    if (draft !== undefined) children[nibble] = place(tree, draft);
  }
  return { kind: 'branch', prefix, size, own, children };
}

/** All entries of the parts in one leaf; each of them is small enough to be one already. */
function gather(tree: Rewriting, { own, children, drafts }: Parts, key: Uint8Array): Leaf {
  const entries: Entry[] = own === undefined ? [] : [{ key, cell: own }];
  for (let nibble = 0; nibble < 16; nibble++) {
    const digest = children[nibble];
    const part = drafts[nibble] ?? (digest && tree.reader.node(digest));
    if (part === undefined) continue;
    assert(part.kind === 'leaf', 'a subtree as small as a leaf is one');
    entries.push(...part.entries);
    noteReplaced(tree, digest);
  }
  return { kind: 'leaf', entries };
}

function noteReplaced(tree: Rewriting, digest: Uint8Array | undefined): void {
  if (digest !== undefined) tree.replaced.add(hashFromBytes(digest));
}
