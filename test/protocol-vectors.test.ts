import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { bytesFromHex, hexFromBytes } from '#protocol/primitives/hex.ts';
import { rootOf } from './support/independent-verifier.ts';
import {
  type ProtocolVectors,
  plain,
  protocolVectors,
  vectorsText,
} from './support/protocol-vectors.ts';
import { referenceTree } from './support/reference-state.ts';
import { layouts } from './support/vector-layouts.ts';

const file = readFileSync(new URL('vectors/protocol.json', import.meta.url), 'utf8');
const vectors: ProtocolVectors = JSON.parse(file);

test('the code makes the vectors of the protocol, byte for byte', () => {
  // After a deliberate change: node test/vectors/main.ts
  assert.equal(vectorsText(protocolVectors()), file);
});

for (const { type, codec, values } of layouts) {
  test(`each ${type} decodes to its vector's value and encodes to its bytes`, () => {
    const listed = vectors.layouts.filter((one) => one.type === type);
    assert.equal(listed.length, Object.keys(values).length);
    for (const { name, value, bytes } of listed) {
      const decoded = decode(codec, bytesFromHex(bytes));
      assert.ok(decoded.ok, name);
      assert.deepEqual(plain(decoded.value), value, name);
      assert.equal(hexFromBytes(encode(codec, decoded.value)), bytes, name);
      assert.equal(decode(codec, bytesFromHex(`${bytes}00`)).ok, false, name);
    }
  });
}

for (const { name, tag, input, hash } of vectors.hashes) {
  test(`${name} is the hash under ${tag} of what the specification says`, () => {
    const hashed = createHash('sha256').update(`${tag}\0`).update(input, 'hex');
    assert.equal(hashed.digest('hex'), hash);
  });
}

for (const { tag, items, root } of vectors.lists) {
  test(`the root of a list of ${items.length} under ${tag} is that of its vector`, () => {
    const encoded = items.map((item) => Buffer.from(item, 'hex'));
    assert.equal(rootOf(tag.replace('weft/', ''), encoded).toString('hex'), root);
  });
}

test('the state behind each executed block has the root of its entries', () => {
  const { chains, blocks } = vectors.execution;
  for (const { state } of [...chains, ...blocks]) {
    const contents = Object.entries(state.entries).map(
      ([key, value]) => [key, Buffer.from(value, 'hex')] as const,
    );
    assert.equal(referenceTree(new Map(contents)).root, state.root);
  }
  assert.equal(blocks.length, 5);
});
