import { fixedBytes } from '../encoding/byte-strings.ts';
import type { Codec } from '../encoding/codec.ts';
import type { EncodedItems } from '../encoding/encoded-list.ts';
import { u32 } from '../encoding/integers.ts';
import { vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { assert } from '../primitives/assert.ts';
import { concatBytes } from '../primitives/bytes.ts';
import { digest, type Hash, hashLength, hashOf, sha256Into, sha256Text, type Tag } from './hash.ts';

/** A list of 2³² items has paths no longer than this. */
const pathMax = 32;

/** Siblings from an item up to the root of a list of `size` items, as many as the shape has. */
export interface ItemProof {
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
}

export const itemProofCodec: Codec<ItemProof> = struct({
  index: u32,
  size: u32,
  path: vector(fixedBytes(hashLength), pathMax),
});

/**
 * Commits to the items, their order and their number.
 *
 * Source: RFC 6962 section 2.1, with the list's tag in front of each input, and a root node that
 * binds the number of items.
 */
export function listRoot(tag: Tag, items: readonly Uint8Array[]): Hash {
  return encodedListRoot(tag, joinItems(items));
}

/** `listRoot` of items that are one after another already. */
export function encodedListRoot(tag: Tag, { bytes, ends }: EncodedItems): Hash {
  const size = ends.length;
  if (size === 0) return emptyRoot(tag);
  const inputs = inputsOf(tag);
  const level = new Uint8Array(hashLength * size);
  for (let i = 0; i < size; i++) {
    const item = bytes.subarray(ends[i - 1] ?? 0, ends[i]);
    sha256Into(leafInput(inputs, item), level, hashLength * i);
  }
  // Each level takes the place of the one below it.
  for (let width = size; width > 1; width = (width + 1) >> 1) {
    for (let i = 0; 2 * i + 1 < width; i++) {
      const pair = level.subarray(2 * hashLength * i, 2 * hashLength * (i + 1));
      inputs.node.set(pair, inputs.prefixLength);
      sha256Into(inputs.node, level, hashLength * i);
    }
    const last = hashLength * (width - 1);
    if (width % 2 === 1) level.copyWithin(last / 2, last, last + hashLength);
  }
  return sizedRoot(tag, size, level.subarray(0, hashLength));
}

/** The proof that `items[index]` is at `index` in a list with the root of `items`. */
export function proveItem(tag: Tag, items: readonly Uint8Array[], index: number): ItemProof {
  assert(index >= 0 && index < items.length, 'the item to prove is in the list');
  const path: Uint8Array[] = [];
  let level = items.map((item) => digest(tag, leafMark, item));
  for (let at = index; level.length > 1; at >>>= 1) {
    const sibling = level[at ^ 1];
    if (sibling !== undefined) path.push(sibling);
    level = parents(tag, level);
  }
  return { index, size: items.length, path };
}

/** Whether `proof` shows that `item` is at `proof.index` of the `proof.size` items of `root`. */
export function checkItem(tag: Tag, root: Hash, item: Uint8Array, proof: ItemProof): boolean {
  const { index, size, path } = proof;
  if (index < 0 || index >= size || size >>> 0 !== size || index >>> 0 !== index) return false;
  let node = digest(tag, leafMark, item);
  let used = 0;
  let at = index;
  for (let width = size; width > 1; width = (width >>> 1) + (width & 1)) {
    if ((at & 1) === 1 || at + 1 < width) {
      const sibling = path[used++];
      if (sibling === undefined || sibling.length !== hashLength) return false;
      node = (at & 1) === 1 ? parent(tag, sibling, node) : parent(tag, node, sibling);
    }
    at >>>= 1;
  }
  return used === path.length && sizedRoot(tag, size, node) === root;
}

const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);
const rootMark = Uint8Array.of(2);
const emptyRoots = new WeakMap<Tag, Hash>();
const inputs = new WeakMap<Tag, Inputs>();

/** The inputs of a list's hashes. What stands in front stays; the rest is filled in each time. */
interface Inputs {
  readonly prefixLength: number;
  /** As long as the item before needed it: many lists have items of one length. */
  leaf: Uint8Array;
  readonly node: Uint8Array;
  readonly root: Uint8Array;
}

function inputsOf(tag: Tag): Inputs {
  const known = inputs.get(tag);
  if (known !== undefined) return known;
  const leaf = concatBytes(tag.prefix, leafMark);
  const node = concatBytes(tag.prefix, nodeMark, new Uint8Array(2 * hashLength));
  const root = concatBytes(tag.prefix, rootMark, new Uint8Array(4 + hashLength));
  const made = { prefixLength: leaf.length, leaf, node, root };
  inputs.set(tag, made);
  return made;
}

function leafInput(inputs: Inputs, item: Uint8Array): Uint8Array {
  const { prefixLength, leaf } = inputs;
  const length = prefixLength + item.length;
  if (leaf.length !== length) {
    inputs.leaf = new Uint8Array(length);
    inputs.leaf.set(leaf.subarray(0, prefixLength));
  }
  inputs.leaf.set(item, prefixLength);
  return inputs.leaf;
}

function parent(tag: Tag, left: Uint8Array, right: Uint8Array): Uint8Array {
  return digest(tag, nodeMark, left, right);
}

/** Pairing neighbours and passing a last odd one up splits at the largest power of two. */
function parents(tag: Tag, level: readonly Uint8Array[]): Uint8Array[] {
  const next: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Uint8Array;
    const right = level[i + 1];
    next.push(right === undefined ? left : parent(tag, left, right));
  }
  return next;
}

function sizedRoot(tag: Tag, size: number, tree: Uint8Array): Hash {
  const { prefixLength, root } = inputsOf(tag);
  root.set(u32Bytes(size), prefixLength);
  root.set(tree, prefixLength + 4);
  return sha256Text(root);
}

function joinItems(items: readonly Uint8Array[]): EncodedItems {
  let length = 0;
  const ends = items.map((item) => {
    length += item.length;
    return length;
  });
  const bytes = new Uint8Array(length);
  for (const [index, item] of items.entries()) bytes.set(item, ends[index - 1] ?? 0);
  return { bytes, ends };
}

function emptyRoot(tag: Tag): Hash {
  let root = emptyRoots.get(tag);
  if (root === undefined) {
    root = hashOf(tag, rootMark, u32Bytes(0));
    emptyRoots.set(tag, root);
  }
  return root;
}

function u32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}
