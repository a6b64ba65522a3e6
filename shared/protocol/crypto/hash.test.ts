import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { decode, encode } from '../encoding/codec.ts';
import { u16 } from '../encoding/integers.ts';
import { vector } from '../encoding/sequences.ts';
import { hexFromBytes } from '../primitives/hex.ts';
import {
  bytesFromHash,
  digest,
  digestOfValue,
  type HashBackend,
  hashCodec,
  hashFromBytes,
  hashFromHex,
  hashOf,
  hashOfValue,
  installHashBackend,
  sha256,
  tag,
} from './hash.ts';

const block = tag('weft/block');
const numbers = vector(u16, 30_000);

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

const noble: HashBackend = {
  digestInto: (input, output, at) => output.set(nobleSha256(input), at),
  hexDigest: (input) => hexFromBytes(nobleSha256(input)),
};

/** A backend whose bytes, or whose text, differ from the right ones. */
function hashing(changed: (input: Uint8Array) => Uint8Array): Record<string, HashBackend> {
  return {
    bytes: { ...noble, digestInto: (input, output, at) => output.set(changed(input), at) },
    text: { ...noble, hexDigest: (input) => hexFromBytes(changed(input)) },
  };
}

const wrongHashes: Readonly<Record<string, (input: Uint8Array) => Uint8Array>> = {
  'is something else': () => new Uint8Array(32),
  'is wrong for one length only': (input) =>
    input.length === 119 ? new Uint8Array(32) : nobleSha256(input),
  'is wrong for long inputs only': (input) =>
    input.length > 60_000 ? new Uint8Array(32) : nobleSha256(input),
  'is a byte longer': (input) => Uint8Array.of(...nobleSha256(input), 0),
  'is a byte shorter': (input) => nobleSha256(input).subarray(1),
  'is of the whole buffer of a view': (input) => nobleSha256(new Uint8Array(input.buffer)),
  'leaves another input behind': (input) => {
    const found = nobleSha256(input);
    input.fill(0);
    return found;
  },
  'is not there': () => {
    throw new Error('not available');
  },
};

const wrongBackends: Record<string, HashBackend> = {
  'writes elsewhere': { ...noble, digestInto: (input, output) => output.set(nobleSha256(input)) },
  'writes more': {
    ...noble,
    digestInto: (input, output, at) => output.set([...nobleSha256(input), 1], at),
  },
  'answers in capitals': {
    ...noble,
    hexDigest: (input) => hexFromBytes(nobleSha256(input)).toUpperCase(),
  },
};
for (const [name, changed] of Object.entries(wrongHashes)) {
  for (const [form, backend] of Object.entries(hashing(changed))) {
    wrongBackends[`gives a digest in ${form} that ${name}`] = backend;
  }
}

for (const [name, backend] of Object.entries(wrongBackends)) {
  test(`a backend that ${name} is refused and changes nothing`, () => {
    assert.equal(installHashBackend(backend), 'refused');
    assert.deepEqual(sha256(Uint8Array.of(1)), nodeSha256(Uint8Array.of(1)));
  });
}

test('a correct backend is installed and used', () => {
  let calls = 0;
  const counting: HashBackend = {
    digestInto(input, output, at) {
      calls++;
      noble.digestInto(input, output, at);
    },
    hexDigest(input) {
      calls++;
      return noble.hexDigest(input);
    },
  };
  assert.equal(installHashBackend(counting), 'installed');
  const tested = calls;
  hashOf(block);
  digest(block);
  assert.equal(calls, tested + 2);
  assert.equal(installHashBackend(noble), 'installed');
});

test('the hash of a value is that of its encoding', () => {
  for (const value of [[], [1], Array.from({ length: 30_000 }, (_, i) => i)]) {
    const encoded = encode(numbers, value);
    assert.equal(hashOfValue(block, numbers, value), hashOf(block, encoded));
    assert.deepEqual(digestOfValue(block, numbers, value), digest(block, encoded));
  }
});
