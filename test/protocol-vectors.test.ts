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

for (const { chain, height, round, draw, candidates, leader } of vectors.leaders) {
  test(`the leader of ${round} at height ${height} is in whose share the draw falls`, () => {
    const [kind, number = ''] = round.split(':');
    const after = Buffer.alloc(13);
    after.writeBigUInt64LE(BigInt(height));
    after.writeUInt8(kind === 'validator' ? 3 : 2, 8);
    after.writeUInt32LE(Number(number), 9);
    const hashed = createHash('sha256').update('weft/leader\0').update(chain, 'hex').update(after);
    assert.equal(hashed.digest('hex').slice(0, 32), draw);
    const shares = candidates.map(({ weight }) => BigInt(weight));
    const total = shares.reduce((sum, weight) => sum + weight, 0n);
    let left = BigInt(`0x${draw}`) % total;
    const named = candidates.find(({ weight }) => {
      const found = left < BigInt(weight);
      left -= BigInt(weight);
      return found;
    });
    assert.equal(named?.owner, leader);
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
  assert.equal(blocks.length, 13);
});
