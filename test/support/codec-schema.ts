import fc from 'fast-check';
import { bytes, fixedBytes, hexBytes } from '#protocol/encoding/byte-strings.ts';
import type { Codec } from '#protocol/encoding/codec.ts';
import { bool, u8, u16, u32, u64, u128, uleb32 } from '#protocol/encoding/integers.ts';
import { option, vector } from '#protocol/encoding/sequences.ts';
import { sortedMap, sortedSet } from '#protocol/encoding/sorted.ts';
import { type StructCodec, struct } from '#protocol/encoding/struct.ts';
import { text } from '#protocol/encoding/text.ts';
import { union } from '#protocol/encoding/union.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { u64Max, u128Max } from '#protocol/primitives/numbers.ts';

export const leafKinds = ['u8', 'u16', 'u32', 'u64', 'u128', 'bool', 'uleb32'] as const;

/** A codec as data, from which tests make the codec, its values, and the same in other libraries. */
export type Schema =
  | { readonly kind: (typeof leafKinds)[number] | 'bytes' | 'text' }
  | { readonly kind: 'fixed-bytes' | 'hex-bytes'; readonly length: number }
  | { readonly kind: 'option' | 'vector' | 'set'; readonly item: Schema }
  | { readonly kind: 'map'; readonly value: Schema }
  | { readonly kind: 'struct' | 'union'; readonly parts: readonly Schema[] };

/** No sequence of a schema is longer, in items or in bytes. */
export const itemsMax = 12;
export const keyLength = 2;

const length = fc.integer({ min: 1, max: 40 });

export const schemas: fc.Arbitrary<Schema> = fc.letrec<{ leaf: Schema; any: Schema }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(...leafKinds, 'bytes' as const, 'text' as const).map((kind) => ({ kind })),
    fc.record({ kind: fc.constantFrom('fixed-bytes', 'hex-bytes'), length }),
  ),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ kind: fc.constantFrom('option', 'vector', 'set'), item: tie('any') }),
    fc.record({ kind: fc.constant('map'), value: tie('any') }),
    fc.record({
      kind: fc.constantFrom('struct', 'union'),
      parts: fc.array(tie('any'), { minLength: 1, maxLength: 4 }),
    }),
  ),
})).any;

export function codecOf(schema: Schema): Codec<unknown> {
  switch (schema.kind) {
    case 'bytes':
      return bytes(itemsMax);
    case 'text':
      return text(itemsMax);
    case 'fixed-bytes':
      return fixedBytes(schema.length);
    case 'hex-bytes':
      return hexBytes(schema.length);
    case 'option':
      return option(codecOf(schema.item) as Codec<NonNullable<unknown>>);
    case 'vector':
      return vector(codecOf(schema.item), itemsMax);
    case 'set':
      return sortedSet(codecOf(schema.item), itemsMax);
    case 'map':
      return sortedMap(hexBytes(keyLength), codecOf(schema.value), itemsMax);
    case 'struct':
      return fieldsOf(schema.parts);
    case 'union':
      return union(
        Object.fromEntries(schema.parts.map((part, tag) => [`k${tag}`, [tag, fieldsOf([part])]])),
      );
    default:
      return leafCodecs[schema.kind];
  }
}

const leafCodecs = { u8, u16, u32, u64, u128, bool, uleb32 };

function fieldsOf(parts: readonly Schema[]): StructCodec<unknown> {
  return struct(Object.fromEntries(parts.map((part, i) => [`f${i}`, codecOf(part)])));
}

/** Values as the codec reads them: sets in the order of `sortItems`, options never nested. */
export function valuesOf(
  schema: Schema,
  sortItems: (schema: Schema, items: readonly unknown[]) => readonly unknown[],
): fc.Arbitrary<unknown> {
  const values = (inner: Schema): fc.Arbitrary<unknown> => valuesOf(inner, sortItems);
  const arrays = (inner: Schema): fc.Arbitrary<unknown[]> =>
    fc.array(values(inner), { maxLength: 5 });
  switch (schema.kind) {
    case 'bytes':
      return fc.uint8Array({ maxLength: itemsMax });
    case 'text':
      return fc.string({ unit: 'binary', maxLength: 3 });
    case 'fixed-bytes':
      return exactBytes(schema.length);
    case 'hex-bytes':
      return exactBytes(schema.length).map(hexFromBytes);
    case 'option':
      return schema.item.kind === 'option'
        ? values(schema.item).filter((value) => value !== undefined)
        : fc.option(values(schema.item), { nil: undefined });
    case 'vector':
      return arrays(schema.item);
    case 'set':
      return arrays(schema.item).map((items) => sortItems(schema.item, items));
    case 'map':
      return fc
        .array(fc.tuple(exactBytes(keyLength).map(hexFromBytes), values(schema.value)), {
          maxLength: 5,
        })
        .map((entries) => new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))));
    case 'struct':
      return fc.record(Object.fromEntries(schema.parts.map((part, i) => [`f${i}`, values(part)])));
    case 'union':
      return fc.oneof(
        ...schema.parts.map((part, tag) =>
          fc.record({ kind: fc.constant(`k${tag}`), f0: values(part) }),
        ),
      );
    default:
      return leafValues[schema.kind];
  }
}

const leafValues = {
  u8: fc.integer({ min: 0, max: 255 }),
  u16: fc.integer({ min: 0, max: 0xffff }),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  uleb32: fc.integer({ min: 0, max: 0xffff_ffff }),
  u64: fc.bigInt({ min: 0n, max: u64Max }),
  u128: fc.bigInt({ min: 0n, max: u128Max }),
  bool: fc.boolean(),
};

function exactBytes(count: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: count, maxLength: count });
}
