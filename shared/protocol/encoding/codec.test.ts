import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codecOf, type Schema, schemas, valuesOf } from '#test/support/codec-schema.ts';
import { hexFromBytes } from '../primitives/hex.ts';
import { bytes, fixedBytes, hexBytes } from './byte-strings.ts';
import { type Codec, type Decoded, decode, depthMax, encode } from './codec.ts';
import { u8, u32 } from './integers.ts';
import { lazy } from './refine.ts';
import { option, vector } from './sequences.ts';
import { struct } from './struct.ts';
import { union } from './union.ts';

interface Chain {
  readonly next: Chain | undefined;
}
const chain: Codec<Chain> = struct({ next: option(lazy((): Codec<Chain> => chain)) });

/** `levels` is the number of chains inside the first. */
function nested(levels: number): Uint8Array {
  return new Uint8Array(levels + 1).fill(1, 0, levels);
}

function sortItems(schema: Schema, items: readonly unknown[]): readonly unknown[] {
  const codec = codecOf(schema);
  // Keys are sorted, not items: `sort` puts undefined last whatever the comparison says.
  const byKey = new Map(items.map((item) => [hexFromBytes(encode(codec, item)), item]));
  return [...byKey.keys()].sort().map((key) => byKey.get(key));
}

const typedValues = schemas.chain((schema) =>
  fc.record({ schema: fc.constant(schema), value: valuesOf(schema, sortItems) }),
);

/** What is accepted is the only encoding of its value; nothing is thrown. */
function checkCanonical(codec: Codec<unknown>, input: Uint8Array): void {
  const result = decode(codec, input);
  if (result.ok) assert.deepEqual(encode(codec, result.value), input);
  else assert.equal(result.error.kind, 'malformed-bytes');
}

test('every value of every codec comes back as it was', () => {
  fc.assert(
    fc.property(typedValues, ({ schema, value }) => {
      const codec = codecOf(schema);
      const result = decode(codec, encode(codec, value));
      assert.ok(result.ok);
      assert.deepEqual(plain(result.value), plain(value));
    }),
    { numRuns: 1500 },
  );
});

test('arbitrary bytes are refused or re-encode to themselves', () => {
  fc.assert(
    fc.property(schemas, fc.uint8Array({ maxLength: 60 }), (schema, input) => {
      checkCanonical(codecOf(schema), input);
    }),
    { numRuns: 3000 },
  );
});

test('an edited encoding is refused or re-encodes to itself', () => {
  const edits = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(typedValues, edits, fc.nat(3), ({ schema, value }, changes, cut) => {
      const codec = codecOf(schema);
      const encoded = encode(codec, value);
      for (const [at, byte] of changes) if (encoded.length > 0) encoded[at % encoded.length] = byte;
      checkCanonical(codec, encoded);
      checkCanonical(codec, encoded.slice(0, encoded.length - cut));
    }),
    { numRuns: 2000 },
  );
});

test('a hostile length is refused before anything is allocated', () => {
  const most = 0xffff_ffff;
  const codec = vector(vector(bytes(most), most), most);
  const hostile = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 1000; i++) assert.equal(decode(codec, hostile).ok, false);
  assert.ok(process.memoryUsage().arrayBuffers - before < 1 << 20);
  assert.deepEqual(decode(fixedBytes(most), hostile), {
    ok: false,
    error: {
      kind: 'malformed-bytes',
      offset: 0,
      found: '8 bytes',
      expected: '4294967295 bytes',
    },
  });
});

test('values nest as deep as the limit and no deeper', () => {
  assert.equal(decode(chain, nested(depthMax)).ok, true);
  const result = decode(chain, nested(depthMax + 1));
  assert.equal(result.ok || result.error.expected, `at most ${depthMax} levels`);
  assert.equal(decode(chain, nested(1_000_000)).ok, false);
});

test('a value too deep to be read is never written', () => {
  let deep: Chain = { next: undefined };
  for (let i = 0; i < depthMax; i++) deep = { next: deep };
  assert.deepEqual(encode(chain, deep), nested(depthMax));
  assert.throws(() => encode(chain, { next: deep }), /nest no deeper/);
});

test('the depth of one branch does not count against its neighbour', () => {
  const both = vector(chain, 4);
  const input = Uint8Array.of(2, ...nested(depthMax), ...nested(depthMax));
  assert.equal(decode(both, input).ok, true);
});

test('byte strings are views of the input', () => {
  const input = Uint8Array.of(2, 7, 8);
  const result = decode(bytes(4), input);
  assert.ok(result.ok);
  assert.equal(result.value.buffer, input.buffer);
});

test('a codec that encodes while it writes does not disturb its writer', () => {
  const inner = struct({ a: u32, b: bytes(4096) });
  const outer: Codec<Decoded<typeof inner>> = {
    write: (writer, value) => bytes(8192).write(writer, encode(inner, value)),
    read: () => assert.fail('not read here'),
  };
  const value = { a: 7, b: new Uint8Array(3000).fill(9) };
  const first = encode(struct({ x: outer, y: outer }), { x: value, y: value });
  assert.deepEqual(first.slice(2, 3008), encode(inner, value));
  assert.deepEqual(first.slice(3010), encode(inner, value));
});

test('an encoding is not changed by the next one', () => {
  const first = encode(u32, 1);
  encode(u32, 0xffff_ffff);
  assert.deepEqual(first, Uint8Array.of(1, 0, 0, 0));
});

test('what is not a value of the codec is a bug of the writer', () => {
  assert.throws(() => encode(u8, 256), /broken invariant/);
  assert.throws(() => encode(u32, 1.5), /broken invariant/);
  assert.throws(() => encode(u32, -1), /broken invariant/);
  assert.throws(() => encode(bytes(1), new Uint8Array(2)), /broken invariant/);
  assert.throws(() => encode(vector(u8, 1), [1, 2]), /broken invariant/);
  assert.throws(() => encode(vector(struct({}), 9), [{}]), /broken invariant/);
  assert.deepEqual(encode(u8, 255), Uint8Array.of(255));
});

test('a union with a tag twice or a field named kind cannot be made', () => {
  assert.throws(() => union({ a: [0, struct({})], b: [0, struct({})] }), /tag 0 of b is taken/);
  assert.throws(() => union({ a: [0, struct({ kind: u8 })] }), /field named kind/);
  assert.throws(() => struct({ 1: u8 }), /start with a letter/);
});

test('an error that is no refusal is not taken for one', () => {
  const broken: Codec<never> = {
    write: () => undefined,
    read: () => {
      throw new TypeError('a bug');
    },
  };
  assert.throws(() => decode(broken, new Uint8Array(1)), TypeError);
});

/** Views and arrays of the same bytes are one value. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return [...value].map(([key, item]) => [key, plain(item)]);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

test('text that is not lowercase hexadecimal of the right length is never written', () => {
  const codec = hexBytes(2);
  assert.deepEqual(encode(codec, '09af'), Uint8Array.of(0x09, 0xaf));
  for (const text of [
    '09aF',
    '0g00',
    '/000',
    ':000',
    '00`0',
    '000',
    '00000',
    '\u0130000',
    '000é',
  ]) {
    assert.throws(() => encode(codec, text), /broken invariant/);
  }
});
