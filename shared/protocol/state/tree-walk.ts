import type { Entry } from './cell.ts';
import { nibbleAt, type Path, pathOfKey, startsWith } from './nibbles.ts';
import type { Branch, Leaf, StateNode } from './node.ts';
import { lowerBound } from './search.ts';
import type { TreeReader } from './tree-reader.ts';

/** A walk that has met this many missing nodes ends; the next wave brings them all. */
export const walkMissingMax = 64;

/** The entries whose keys begin with `prefix`, in order, read as they are asked for. */
export function* entriesUnder(
  reader: TreeReader,
  root: StateNode,
  prefix: Uint8Array,
): Generator<Entry, void, undefined> {
  const path = pathOfKey(prefix);
  const stack: Pending[] = [{ kind: 'node', node: root }];
  let missed = 0;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const node = top.kind === 'node' ? top.node : reader.node(top.digest);
    if (node === undefined) {
      if (++missed >= walkMissingMax) return;
    } else if (node.kind === 'leaf') {
      yield* entriesOfLeaf(node, path);
    } else if (startsWith(node.prefix, path)) {
      if (node.own !== undefined) yield { key: node.prefix.bytes, cell: node.own };
      pushChildren(stack, node);
    } else if (startsWith(path, node.prefix)) {
      const digest = node.children[nibbleAt(prefix, node.prefix.nibbles)];
      if (digest !== undefined) stack.push({ kind: 'unread', digest });
    }
  }
}

type Pending =
  | { readonly kind: 'node'; readonly node: StateNode }
  | { readonly kind: 'unread'; readonly digest: Uint8Array };

function pushChildren(stack: Pending[], { children }: Branch): void {
  for (let nibble = 15; nibble >= 0; nibble--) {
    const digest = children[nibble];
    if (digest !== undefined) stack.push({ kind: 'unread', digest });
  }
}

function* entriesOfLeaf({ entries }: Leaf, path: Path): Generator<Entry, void, undefined> {
  for (let i = lowerBound(entries, path.bytes); i < entries.length; i++) {
    const entry = entries[i] as Entry;
    if (!startsWith(pathOfKey(entry.key), path)) return;
    yield entry;
  }
}
