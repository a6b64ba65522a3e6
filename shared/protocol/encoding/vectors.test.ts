import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { publicKeyCodec, signatureCodec } from '../crypto/signature.ts';
import { bytesFromHex, hexFromBytes } from '../primitives/hex.ts';
import { bytes, fixedBytes, hexBytes } from './byte-strings.ts';
import { type Codec, decode, encode } from './codec.ts';
import { bool, u8, u16, u32, u64, u128, uleb32 } from './integers.ts';
import { lazy } from './refine.ts';
import { option, vector } from './sequences.ts';
import { sortedMap, sortedSet } from './sorted.ts';
import { struct } from './struct.ts';
import { text } from './text.ts';
import { union } from './union.ts';

interface Accepted {
  readonly type: string;
  readonly hex: string;
  readonly value: unknown;
}
interface Refused {
  readonly type: string;
  readonly hex: string;
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
}
const file = new URL('../../../test/vectors/encoding.json', import.meta.url);
const vectors: { readonly accepted: readonly Accepted[]; readonly refused: readonly Refused[] } =
  JSON.parse(readFileSync(file, 'utf8'));

type Tree = readonly Tree[];
const tree: Codec<Tree> = lazy(() => vector(tree, 9));

const codecs: Readonly<Record<string, Codec<unknown>>> = {
  u8,
  u16,
  u32,
  u64,
  u128,
  bool,
  uleb32,
  'fixedBytes(2)': fixedBytes(2),
  'hexBytes(2)': hexBytes(2),
  'bytes(4)': bytes(4),
  'text(8)': text(8),
  'option(u8)': option(u8),
  'vector(u16,3)': vector(u16, 3),
  'sortedMap(hexBytes(1),u8,3)': sortedMap(hexBytes(1), u8, 3),
  'sortedMap(u16,u8,3)': sortedMap(u16, u8, 3),
  'sortedSet(u16,3)': sortedSet(u16, 3),
  struct: struct({ second: u16, first: u16, third: u8 }),
  union: union({
    fast: [0, struct({})],
    'multi-leader': [1, struct({ number: u32 })],
    far: [128, struct({ byte: u8 })],
  }),
  tree,
  publicKey: publicKeyCodec,
  signature: signatureCodec,
};

for (const { type, hex, value } of vectors.accepted) {
  test(`${type} ${hex.slice(0, 40)} is the encoding of its value`, () => {
    const codec = codecs[type] as Codec<unknown>;
    const encoded = bytesFromHex(expand(hex));
    const result = decode(codec, encoded);
    assert.ok(result.ok);
    assert.deepEqual(toJson(result.value), expandAll(value));
    assert.equal(hexFromBytes(encode(codec, result.value)), expand(hex));
    if (type.startsWith('sorted')) {
      assert.equal(hexFromBytes(encode(codec, reversed(result.value))), expand(hex));
    }
  });
}

for (const { type, hex, ...reason } of vectors.refused) {
  test(`${type} '${hex.slice(0, 40)}' is refused: ${reason.found}`, () => {
    const result = decode(codecs[type] as Codec<unknown>, bytesFromHex(expand(hex)));
    assert.deepEqual(result, { ok: false, error: { kind: 'malformed-bytes', ...reason } });
  });
}

test('every type has vectors of both sorts', () => {
  for (const type of Object.keys(codecs)) {
    assert.ok(vectors.accepted.some((vector) => vector.type === type));
    assert.ok(vectors.refused.some((vector) => vector.type === type));
  }
});

/** `{32:ab}` stands for the byte ab 32 times. */
function expand(hex: string): string {
  return hex.replace(/\{(\d+):(..)\}/g, (_, count, byte) => byte.repeat(Number(count)));
}

function expandAll(value: unknown): unknown {
  return JSON.parse(expand(JSON.stringify(value)));
}

function reversed(value: unknown): unknown {
  return value instanceof Map ? new Map([...value].reverse()) : (value as unknown[]).toReversed();
}

function toJson(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return hexFromBytes(value);
  if (value instanceof Map) return [...value].map((entry) => entry.map(toJson));
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('scheme' in value && 'bytes' in value) return [value.scheme, toJson(value.bytes)];
  return value;
}
