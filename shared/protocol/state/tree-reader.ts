import { type Hash, hashFromBytes } from '../crypto/hash.ts';
import { type Codec, decode } from '../encoding/codec.ts';
import { assert } from '../primitives/assert.ts';
import { compareBytes } from '../primitives/bytes.ts';
import { type Cell, type Entry, heldValueCodec } from './cell.ts';
import { nibbleAt, pathOfKey, startsWith } from './nibbles.ts';
import { type Branch, nodeCodec, type StateNode } from './node.ts';
import { lowerBound } from './search.ts';

/** Nodes and held values by hash, as far as they are at hand. Trusted: what it has is whole. */
export interface NodeSource {
  read(hash: Hash): Uint8Array | undefined;
}

/** Reads each node once. What is not at hand is noted as missing and passed over. */
export interface TreeReader {
  readonly missing: ReadonlySet<Hash>;
  readonly read: ReadonlySet<Hash>;
  /** The node named by `digest`, unless it is missing. */
  node(digest: Uint8Array): StateNode | undefined;
  nodeBytes(digest: Uint8Array): Uint8Array | undefined;
  /** The value of a cell, unless it is held and missing. */
  value(cell: Cell): Uint8Array | undefined;
}

export function newTreeReader(source: NodeSource): TreeReader {
  const missing = new Set<Hash>();
  const read = new Set<Hash>();
  /** Small states are one node, which is given, and need no map. */
  let nodes: Map<Hash, StateNode> | undefined;

  function piece(hash: Hash): Uint8Array | undefined {
    const bytes = source.read(hash);
    (bytes === undefined ? missing : read).add(hash);
    return bytes;
  }

  return {
    missing,
    read,
    node(digest) {
      const hash = hashFromBytes(digest);
      const known = nodes?.get(hash);
      if (known !== undefined) return known;
      const bytes = piece(hash);
      if (bytes === undefined) return undefined;
      const node = decodeStored(nodeCodec, bytes);
      nodes ??= new Map();
      nodes.set(hash, node);
      return node;
    },
    nodeBytes: (digest) => piece(hashFromBytes(digest)),
    value(cell) {
      if (cell.kind === 'inline') return cell.value;
      const bytes = piece(hashFromBytes(cell.hash));
      return bytes === undefined ? undefined : decodeStored(heldValueCodec, bytes).value;
    },
  };
}

/** Decodes what our own store keeps; its being malformed is a fault of the store. */
export function decodeStored<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const decoded = decode(codec, bytes);
  assert(decoded.ok, 'stored state pieces are well formed');
  return decoded.value;
}

/** The cell of `key` under `root`, as far as the nodes on the way are at hand. */
export function findCell(reader: TreeReader, root: StateNode, key: Uint8Array): Cell | undefined {
  let node: StateNode | undefined = root;
  while (node !== undefined) {
    if (node.kind === 'leaf') return cellInLeaf(node.entries, key);
    const step = stepTowards(node, key);
    if (step.kind !== 'child') return step.kind === 'own' ? step.cell : undefined;
    node = reader.node(step.digest);
  }
  return undefined;
}

/** Where `key` continues from a branch: in its own cell, in a child, or nowhere. */
export type Step =
  | { readonly kind: 'own'; readonly cell: Cell }
  | { readonly kind: 'child'; readonly digest: Uint8Array; readonly nibble: number }
  | { readonly kind: 'absent' };

const absent: Step = { kind: 'absent' };

export function stepTowards({ prefix, own, children }: Branch, key: Uint8Array): Step {
  const path = pathOfKey(key);
  if (!startsWith(path, prefix)) return absent;
  if (path.nibbles === prefix.nibbles) {
    return own === undefined ? absent : { kind: 'own', cell: own };
  }
  const nibble = nibbleAt(key, prefix.nibbles);
  const digest = children[nibble];
  return digest === undefined ? absent : { kind: 'child', digest, nibble };
}

export function cellInLeaf(entries: readonly Entry[], key: Uint8Array): Cell | undefined {
  const entry = entries[lowerBound(entries, key)];
  return entry !== undefined && compareBytes(entry.key, key) === 0 ? entry.cell : undefined;
}
