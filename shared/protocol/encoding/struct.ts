import { assert } from '../primitives/assert.ts';
import type { Codec, Reader, Writer } from './codec.ts';

export type Fields = Readonly<Record<string, Codec<unknown>>>;

/** Every field is always present; one of an `option` is `T | undefined`. */
export type StructOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Codec<infer T> ? T : never;
};

/** A codec of fields, which a union can also read beside a `kind`. */
export interface StructCodec<T> extends Codec<T> {
  readonly fieldNames: readonly string[];
  readInto(reader: Reader, target: Record<string, unknown>): void;
}

/** The fields one after another in the order in which they are declared. */
export function struct<const F extends Fields>(fields: F): StructCodec<StructOf<F>> {
  const fieldNames = Object.keys(fields);
  const codecs = Object.values(fields);
  for (const name of fieldNames) {
    // Integer-like keys would be enumerated first, whatever their place in the declaration.
    assert(/^[a-z]/i.test(name), `${name} does not start with a letter`);
  }
  function readInto(reader: Reader, target: Record<string, unknown>): void {
    for (let i = 0; i < codecs.length; i++) {
      target[fieldNames[i] as string] = (codecs[i] as Codec<unknown>).read(reader);
    }
  }
  return {
    fieldNames,
    readInto,
    write(writer: Writer, value: StructOf<F>): void {
      for (let i = 0; i < codecs.length; i++) {
        (codecs[i] as Codec<unknown>).write(writer, value[fieldNames[i] as string]);
      }
    },
    read(reader: Reader): StructOf<F> {
      const target: Record<string, unknown> = {};
      readInto(reader, target);
      return target as StructOf<F>;
    },
  };
}
