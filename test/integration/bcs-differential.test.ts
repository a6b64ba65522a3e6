import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BcsType, bcs } from '@mysten/bcs';
import fc from 'fast-check';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { codecOf, keyLength, type Schema, schemas, valuesOf } from '#test/support/codec-schema.ts';

type AnyBcs = BcsType<unknown, unknown>;

/** The same codec from the library that the Sui network's clients use. */
function bcsOf(schema: Schema): AnyBcs {
  switch (schema.kind) {
    case 'bytes':
      return bcs.byteVector() as AnyBcs;
    case 'text':
      return bcs.string() as AnyBcs;
    case 'fixed-bytes':
    case 'hex-bytes':
      return bcs.bytes(schema.length) as AnyBcs;
    case 'option':
      return bcs.option(bcsOf(schema.item)) as AnyBcs;
    case 'vector':
    case 'set':
      return bcs.vector(bcsOf(schema.item)) as AnyBcs;
    case 'map':
      return bcs.map(bcs.bytes(keyLength), bcsOf(schema.value)) as AnyBcs;
    case 'struct':
      return bcs.struct('struct', partsOf(schema.parts, 'f')) as AnyBcs;
    case 'union':
      return bcs.enum('union', partsOf(schema.parts, 'k')) as AnyBcs;
    case 'uleb32':
      return bcs.uleb128() as AnyBcs;
    default:
      return bcs[schema.kind]() as AnyBcs;
  }
}

function partsOf(parts: readonly Schema[], prefix: string): Record<string, AnyBcs> {
  return Object.fromEntries(parts.map((part, i) => [`${prefix}${i}`, bcsOf(part)]));
}

/** One of our values as that library takes it. */
function toBcs(schema: Schema, value: unknown): unknown {
  switch (schema.kind) {
    case 'hex-bytes':
      return Uint8Array.from(Buffer.from(value as string, 'hex'));
    case 'option':
      return value === undefined ? null : toBcs(schema.item, value);
    case 'vector':
    case 'set':
      return (value as unknown[]).map((item) => toBcs(schema.item, item));
    case 'map':
      return new Map(
        [...(value as Map<string, unknown>)].map(([key, item]) => [
          Uint8Array.from(Buffer.from(key, 'hex')),
          toBcs(schema.value, item),
        ]),
      );
    case 'struct': {
      const fields = value as Record<string, unknown>;
      return Object.fromEntries(
        schema.parts.map((part, i) => [`f${i}`, toBcs(part, fields[`f${i}`])]),
      );
    }
    case 'union': {
      const { kind, f0 } = value as { readonly kind: string; readonly f0: unknown };
      return { [kind]: toBcs(schema.parts[Number(kind.slice(1))] as Schema, f0) };
    }
    default:
      return value;
  }
}

/** Sorted by the other library's bytes. */
function sortItems(schema: Schema, items: readonly unknown[]): readonly unknown[] {
  const type = bcsOf(schema);
  const byKey = new Map(
    items.map((item) => [hexFromBytes(type.serialize(toBcs(schema, item)).toBytes()), item]),
  );
  return [...byKey.keys()].sort().map((key) => byKey.get(key));
}

test('both libraries write the same bytes for every value', () => {
  const typed = schemas.chain((schema) =>
    fc.record({ schema: fc.constant(schema), value: valuesOf(schema, sortItems) }),
  );
  fc.assert(
    fc.property(typed, ({ schema, value }) => {
      const theirs = bcsOf(schema).serialize(toBcs(schema, value)).toBytes();
      assert.equal(hexFromBytes(encode(codecOf(schema), value)), hexFromBytes(theirs));
    }),
    { numRuns: 2000 },
  );
});

test('what ours accepts the other reads as the same value', () => {
  let accepted = 0;
  const small = fc.oneof(fc.nat(2), fc.nat(255));
  const inputs = fc.array(small, { maxLength: 24 }).map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(schemas, inputs, (schema, input) => {
      const ours = decode(codecOf(schema), input);
      if (!ours.ok) return;
      accepted++;
      const type = bcsOf(schema);
      assert.deepEqual(plain(type.parse(input)), plain(toBcs(schema, ours.value)));
      const again = type.serialize(toBcs(schema, ours.value)).toBytes();
      assert.equal(hexFromBytes(again), hexFromBytes(input));
    }),
    { numRuns: 4000 },
  );
  assert.ok(accepted > 50, `only ${accepted} inputs were accepted`);
});

test('what only the other accepts is refused: order, repetition, bytes left over', () => {
  const lax = [
    [{ kind: 'map', value: { kind: 'u8' } }, '02000201000101'],
    [{ kind: 'map', value: { kind: 'u8' } }, '02000101000101'],
    [{ kind: 'u8' }, '0000'],
  ] as const;
  for (const [schema, hex] of lax) {
    const input = Uint8Array.from(Buffer.from(hex, 'hex'));
    assert.doesNotThrow(() => bcsOf(schema).parse(input));
    assert.equal(decode(codecOf(schema), input).ok, false);
  }
});

/** As JSON could hold it: the other library reads large integers as text and names each variant. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return hexFromBytes(value);
  if (value instanceof Map) return [...value].map((entry) => entry.map(plain));
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value !== 'object' || value === null) return value;
  const named = Object.entries(value).filter(([name]) => name !== '$kind');
  // It reads a variant that holds an absent option as `true`, which it then cannot write again.
  return Object.fromEntries(
    named.map(([name, field]) => [
      name,
      name.startsWith('k') ? (plain(field) ?? true) : plain(field),
    ]),
  );
}
