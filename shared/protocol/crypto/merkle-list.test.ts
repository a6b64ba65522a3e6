import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode, encode } from '../encoding/codec.ts';
import { encodedList } from '../encoding/encoded-list.ts';
import { u16 } from '../encoding/integers.ts';
import { bytesFromHash, digest, hashOf, tag } from './hash.ts';
import {
  checkItem,
  encodedListRoot,
  type ItemProof,
  itemProofCodec,
  listRoot,
  proveItem,
} from './merkle-list.ts';

const list = tag('weft/test-list');
const otherList = tag('weft/test-list2');

function distinctItems(size: number): Uint8Array[] {
  return Array.from({ length: size }, (_, i) => Uint8Array.of(i, i >> 8, 7));
}

/** RFC 6962 section 2.1, word for word: recursive, splitting at the largest power of two. */
function rfcTree(items: readonly Uint8Array[]): Uint8Array {
  if (items.length === 1) return digest(list, Uint8Array.of(0), items[0] as Uint8Array);
  let k = 1;
  while (2 * k < items.length) k *= 2;
  return digest(list, Uint8Array.of(1), rfcTree(items.slice(0, k)), rfcTree(items.slice(k)));
}

test('the root is that of RFC 6962 under a node that binds the size', () => {
  for (let size = 1; size <= 70; size++) {
    const items = distinctItems(size);
    const expected = hashOf(list, Uint8Array.of(2, size, 0, 0, 0), rfcTree(items));
    assert.equal(listRoot(list, items), expected);
  }
});

test('the root over values is that over their encodings', () => {
  for (let size = 0; size <= 70; size++) {
    const values = Array.from({ length: size }, (_, i) => i * 911);
    const items = values.map((value) => encode(u16, value));
    const root = encodedListRoot(list, encodedList(u16, 70).encodedItems(values));
    assert.equal(root, listRoot(list, items));
  }
});

test('the empty list has a root of its own under each tag', () => {
  assert.equal(listRoot(list, []), hashOf(list, Uint8Array.of(2, 0, 0, 0, 0)));
  assert.equal(listRoot(list, []), listRoot(list, []));
  assert.notEqual(listRoot(list, []), listRoot(otherList, []));
  assert.notEqual(listRoot(list, []), listRoot(list, [new Uint8Array()]));
});

test('every item of every list proves, also after a round trip', () => {
  for (let size = 1; size <= 40; size++) {
    const items = distinctItems(size);
    const root = listRoot(list, items);
    for (const [index, item] of items.entries()) {
      const result = decode(itemProofCodec, encode(itemProofCodec, proveItem(list, items, index)));
      assert.ok(result.ok);
      assert.ok(checkItem(list, root, item, result.value));
    }
  }
});

const cases = fc
  .integer({ min: 1, max: 200 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }));

test('no proof holds for another item, place, size, path, tag or root', () => {
  fc.assert(
    fc.property(cases, fc.nat(300), fc.nat(), ({ size, index }, other, bit) => {
      const items = distinctItems(size);
      const root = listRoot(list, items);
      const item = items[index] as Uint8Array;
      const proof = proveItem(list, items, index);
      const holds = (changes: Partial<ItemProof>): boolean =>
        checkItem(list, root, item, { ...proof, ...changes });
      assert.ok(holds({}));
      if (other !== index) assert.ok(!holds({ index: other }));
      if (other !== size) assert.ok(!holds({ size: other }));
      assert.ok(!holds({ path: [...proof.path, new Uint8Array(32)] }));
      if (proof.path.length > 0) {
        assert.ok(!holds({ path: proof.path.slice(1) }));
        assert.ok(!holds({ path: proof.path.slice(0, -1) }));
        assert.ok(!holds({ path: withBitFlipped(proof.path, bit) }));
      }
      assert.ok(!checkItem(otherList, root, item, proof));
      assert.ok(!checkItem(list, listRoot(list, items.slice(1)), item, proof));
      assert.ok(!checkItem(list, root, Uint8Array.of(...item, 0), proof));
    }),
    { numRuns: 150 },
  );
});

test('a node of the tree is not an item', () => {
  const items = distinctItems(4);
  const left = digest(list, Uint8Array.of(0), items[0] as Uint8Array);
  const right = digest(list, Uint8Array.of(0), items[1] as Uint8Array);
  const { path } = proveItem(list, items, 0);
  const proof = { index: 0, size: 2, path: path.slice(1) };
  const root = listRoot(list, items);
  assert.ok(!checkItem(list, root, Uint8Array.of(...left, ...right), proof));
});

test('indexes, sizes and siblings outside their range prove nothing and throw nothing', () => {
  const items = distinctItems(2);
  const root = listRoot(list, items);
  const proof = proveItem(list, items, 0);
  const wrong: Partial<ItemProof>[] = [
    { index: -1 },
    { index: 0.5 },
    { index: 2 },
    { size: 0 },
    { size: 2 ** 32 + 2 },
    { size: 2.5 },
    { path: [new Uint8Array(31)] },
    { path: Array(40).fill(new Uint8Array(32)) },
  ];
  for (const changes of wrong) {
    assert.equal(checkItem(list, root, items[0] as Uint8Array, { ...proof, ...changes }), false);
  }
});

test('the root of one item is neither its leaf nor its hash', () => {
  const item = Uint8Array.of(9);
  const root = bytesFromHash(listRoot(list, [item]));
  assert.notDeepEqual(root, digest(list, item));
  assert.notDeepEqual(root, digest(list, Uint8Array.of(0), item));
});

function withBitFlipped(path: readonly Uint8Array[], bit: number): readonly Uint8Array[] {
  const at = bit % path.length;
  return path.map((sibling, i) => {
    const flipped = sibling.slice();
    if (i === at) flipped[bit % 32] = (flipped[bit % 32] as number) ^ (1 << (bit & 7));
    return flipped;
  });
}
