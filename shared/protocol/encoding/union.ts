import { assert } from '../primitives/assert.ts';
import type { Codec, Decoded } from './codec.ts';
import { readUleb, refuse } from './reader.ts';
import type { StructCodec } from './struct.ts';
import { writeUleb } from './writer.ts';

/** By `kind`: the tag that stands for it on the wire, never reused, and its fields. */
export type Variants = Readonly<
  Record<string, readonly [tag: number, fields: StructCodec<unknown>]>
>;

/** A union on `kind`, each variant's fields beside it. */
export type UnionOf<V extends Variants> = {
  [Kind in keyof V & string]: Flat<{ readonly kind: Kind } & Decoded<V[Kind][1]>>;
}[keyof V & string];

type Flat<T> = { [Name in keyof T]: T[Name] };

/** A ULEB128 tag, then the fields of the variant it names. Unknown tags are refused. */
export function union<const V extends Variants>(variants: V): Codec<UnionOf<V>> {
  const byKind = new Map(Object.entries(variants));
  const byTag = new Map<number, readonly [kind: string, fields: StructCodec<unknown>]>();
  for (const [kind, [tag, fields]] of byKind) {
    assert(!byTag.has(tag), `the tag ${tag} of ${kind} is taken`);
    assert(!fields.fieldNames.includes('kind'), `${kind} has a field named kind`);
    byTag.set(tag, [kind, fields]);
  }
  return {
    write(writer, value) {
      const variant = byKind.get(value.kind);
      assert(variant !== undefined, 'the kind is one of the variants');
      writeUleb(writer, variant[0]);
      variant[1].write(writer, value);
    },
    read(reader) {
      const start = reader.offset;
      const tag = readUleb(reader);
      const variant = byTag.get(tag) ?? refuse(start, `tag ${tag}`, 'a known tag');
      const target = { kind: variant[0] };
      variant[1].readInto(reader, target);
      return target as UnionOf<V>;
    },
  };
}
