import { type Hash, hashFromBytes } from '../crypto/hash.ts';
import { encode } from '../encoding/codec.ts';
import { compareBytes } from '../primitives/bytes.ts';
import type { Entry } from './cell.ts';
import { commonNibbles, nibbleAt, type Path, pathOfKey, pathPrefix } from './nibbles.ts';
import {
  type Branch,
  type Leaf,
  leafBytesMax,
  nodeCodec,
  nodeDigest,
  sizeOfEntries,
  sizeOfNode,
} from './node.ts';
import { endOfDigit } from './search.ts';
import type { TreeReader } from './tree-reader.ts';

/** A tree being rewritten: what it reads, what the new one adds and what it leaves behind. */
export interface Rewriting {
  readonly reader: TreeReader;
  readonly oldRoot: Uint8Array;
  readonly written: Map<Hash, Uint8Array>;
  /** The old root apart, which goes whenever anything changes. */
  readonly replaced: Set<Hash>;
}

/** A subtree of the new tree: a node not written yet, or one of the old tree as it was. */
export type Draft = Leaf | Branch | Kept;

export interface Kept {
  readonly kind: 'kept';
  /** Undefined for the old root, whose digest is seldom needed. */
  readonly digest: Uint8Array | undefined;
  readonly size: bigint;
}

/** A subtree that keeps its shape, all of its keys beginning with `path`. */
export interface Graft {
  readonly draft: Draft;
  readonly path: Path;
}

export function sizeOfDraft(draft: Draft): bigint {
  return draft.kind === 'kept' ? draft.size : sizeOfNode(draft);
}

/** Writes what is new and returns the digest by which a branch names it. */
export function place({ written, oldRoot }: Rewriting, draft: Draft): Uint8Array {
  if (draft.kind === 'kept' && draft.digest !== undefined) return draft.digest;
  // The old root may never have been stored as a node: a head keeps a small one inside.
  const bytes = draft.kind === 'kept' ? oldRoot : encode(nodeCodec, draft);
  const digest = nodeDigest(bytes);
  written.set(hashFromBytes(digest), bytes);
  return digest;
}

/** The tree of these entries, which are in order. Its shape follows from them alone. */
export function grow(tree: Rewriting, entries: readonly Entry[]): Leaf | Branch {
  const size = sizeOfEntries(entries);
  if (size <= leafBytesMax) return { kind: 'leaf', entries };
  return branchOver(tree, entries, undefined);
}

/** The tree of a subtree and further entries, none of which begins with its path. */
export function growAround(tree: Rewriting, entries: readonly Entry[], graft: Graft): Draft {
  if (graft.draft.kind !== 'leaf') return branchOver(tree, entries, graft);
  const all = [...graft.draft.entries, ...entries];
  return grow(
    tree,
    all.sort((a, b) => compareBytes(a.key, b.key)),
  );
}

function branchOver(tree: Rewriting, entries: readonly Entry[], graft: Graft | undefined): Branch {
  const first = entries[0] as Entry;
  const length = commonLength(entries, graft);
  const own = 2 * first.key.length === length ? first.cell : undefined;
  const children: (Uint8Array | undefined)[] = new Array(16).fill(undefined);
  const graftNibble = graft === undefined ? undefined : nibbleAt(graft.path.bytes, length);
  for (let from = own === undefined ? 0 : 1; from < entries.length; ) {
    const nibble = nibbleAt((entries[from] as Entry).key, length);
    const to = endOfDigit(entries, from, length);
    const group = entries.slice(from, to);
    const isAround = graft !== undefined && nibble === graftNibble;
    children[nibble] = place(tree, isAround ? growAround(tree, group, graft) : grow(tree, group));
    from = to;
  }
  let size = BigInt(sizeOfEntries(entries));
  if (graft !== undefined && graftNibble !== undefined) {
    size += sizeOfDraft(graft.draft);
    children[graftNibble] ??= place(tree, graft.draft);
  }
  return { kind: 'branch', prefix: pathPrefix(first.key, length), size, own, children };
}

/** The number of digits that all keys share; between the extremes nothing shares less. */
function commonLength(entries: readonly Entry[], graft: Graft | undefined): number {
  const first = pathOfKey((entries[0] as Entry).key);
  const last = pathOfKey((entries[entries.length - 1] as Entry).key);
  if (graft === undefined) return commonNibbles(first, last);
  const shared = commonNibbles(first, graft.path);
  const alsoShared = commonNibbles(last, graft.path);
  return shared < alsoShared ? shared : alsoShared;
}
