import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decode, encode } from '../encoding/codec.ts';
import { bytesFromHex, hexFromBytes } from '../primitives/hex.ts';
import { type Hash, hashOf, tag } from './hash.ts';
import { checkItem, itemProofCodec, listRoot, proveItem } from './merkle-list.ts';
import { isAdmissible } from './signature.ts';

interface Vectors {
  readonly hashes: readonly {
    readonly tag: string;
    readonly parts: readonly string[];
    readonly hash: Hash;
  }[];
  readonly lists: readonly {
    readonly tag: string;
    readonly items: readonly string[];
    readonly root: Hash;
    readonly proofs: readonly string[];
  }[];
  readonly admissible: readonly string[];
  readonly inadmissible: readonly string[];
}
const file = new URL('../../../test/vectors/crypto.json', import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));

for (const one of vectors.hashes) {
  test(`the hash of ${one.parts.length} parts under ${one.tag} is ${one.hash.slice(0, 8)}`, () => {
    const parts = one.parts.map(bytesFromHex);
    assert.equal(hashOf(tag(one.tag), ...parts), one.hash);
    const plain = createHash('sha256').update(`${one.tag}\0`).update(one.parts.join(''), 'hex');
    assert.equal(plain.digest('hex'), one.hash);
  });
}

for (const one of vectors.lists) {
  test(`the root of a list of ${one.items.length} and its proofs have these bytes`, () => {
    const items = one.items.map(bytesFromHex);
    const list = tag(one.tag);
    assert.equal(listRoot(list, items), one.root);
    for (const [index, item] of items.entries()) {
      const encoded = bytesFromHex(one.proofs[index] as string);
      const proof = decode(itemProofCodec, encoded);
      assert.ok(proof.ok && checkItem(list, one.root, item, proof.value));
      const made = encode(itemProofCodec, proveItem(list, items, index));
      assert.equal(hexFromBytes(made), one.proofs[index]);
    }
  });
}

test('keys are admitted or not as listed', () => {
  const isAdmitted = (hex: string): boolean =>
    isAdmissible({ scheme: 'ed25519', bytes: bytesFromHex(hex) });
  assert.ok(vectors.admissible.every(isAdmitted));
  assert.ok(!vectors.inadmissible.some(isAdmitted));
});
