import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { decode, encode } from '../encoding/codec.ts';
import {
  bytesFromHash,
  digest,
  type HashBackend,
  hashCodec,
  hashFromBytes,
  hashFromHex,
  hashOf,
  installHashBackend,
  sha256,
  tag,
} from './hash.ts';

const block = tag('weft/block');

function nodeSha256(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}

test('a digest is SHA-256 of the tag, a zero byte and the parts', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 4 }), (parts) => {
      assert.deepEqual(digest(block, ...parts), nodeSha256('weft/block\0', ...parts));
      assert.deepEqual(sha256(parts[0] ?? new Uint8Array()), nodeSha256(parts[0] ?? ''));
    }),
    { numRuns: 200 },
  );
});

test('inputs larger than the shared buffer hash the same', () => {
  for (const length of [8180, 8181, 8182, 100_000]) {
    const part = new Uint8Array(length).fill(3);
    assert.deepEqual(digest(block, part), nodeSha256('weft/block\0', part));
  }
});

test('one input under two tags has two hashes, also when one tag begins the other', () => {
  const longer = tag('weft/block-body');
  assert.notEqual(hashOf(block), hashOf(longer));
  const rest = Uint8Array.from(Buffer.from('-body\0'));
  assert.notEqual(hashOf(block, rest), hashOf(longer));
});

test('a tag is printable ASCII, so it holds no separator', () => {
  for (const name of ['', 'a\0b', 'a b', 'é', 'a\n']) assert.throws(() => tag(name));
});

test('a hash is the same as text, as bytes and encoded', () => {
  const hash = hashOf(block, Uint8Array.of(1));
  assert.equal(hashFromHex(hash), hash);
  assert.equal(hashFromBytes(bytesFromHash(hash)), hash);
  assert.deepEqual(encode(hashCodec, hash), bytesFromHash(hash));
  assert.deepEqual(decode(hashCodec, bytesFromHash(hash)), { ok: true, value: hash });
});

test('text that is no hash is not taken for one', () => {
  const hash = hashOf(block);
  for (const text of ['', hash.slice(2), `${hash}00`, hash.toUpperCase(), `${hash.slice(1)}g`]) {
    assert.equal(hashFromHex(text), undefined);
  }
});

const kept = new Uint8Array(32);
const wrongBackends: Readonly<Record<string, HashBackend>> = {
  'answers something else': () => new Uint8Array(32),
  'is wrong for one length only': (bytes) =>
    bytes.length === 119 ? new Uint8Array(32) : nobleSha256(bytes),
  'is wrong for long inputs only': (bytes) =>
    bytes.length > 60_000 ? new Uint8Array(32) : nobleSha256(bytes),
  'answers more bytes': (bytes) => Uint8Array.of(...nobleSha256(bytes), 0),
  'answers a Buffer': (bytes) => Buffer.from(nobleSha256(bytes)),
  'answers in the same array each time': (bytes) => {
    kept.set(nobleSha256(bytes));
    return kept;
  },
  'changes its input': (bytes) => {
    const found = nobleSha256(bytes);
    bytes.fill(0);
    return found;
  },
  'reads the whole buffer of a view': (bytes) => nobleSha256(new Uint8Array(bytes.buffer)),
  throws: () => {
    throw new Error('not available');
  },
};

for (const [name, backend] of Object.entries(wrongBackends)) {
  test(`a backend that ${name} is refused and changes nothing`, () => {
    assert.equal(installHashBackend(backend), 'refused');
    assert.deepEqual(sha256(Uint8Array.of(1)), nodeSha256(Uint8Array.of(1)));
  });
}

test('a correct backend is installed and used', () => {
  let calls = 0;
  const counting: HashBackend = (bytes) => {
    calls++;
    return nobleSha256(bytes);
  };
  assert.equal(installHashBackend(counting), 'installed');
  const tested = calls;
  hashOf(block);
  assert.equal(calls, tested + 1);
  assert.equal(installHashBackend(nobleSha256), 'installed');
});
