import { assert } from '../primitives/assert.ts';
import type { Result } from '../primitives/result.ts';
import { type Codec, depthMax } from './codec.ts';
import { refuse } from './reader.ts';

/** Why a well-formed value is still not one of those wanted. */
export interface Refinement {
  readonly found: string;
  readonly expected: string;
}

/** A type carried in the encoding of another: `from` may refuse what was read. */
export function refine<Raw, T>(
  codec: Codec<Raw>,
  from: (raw: Raw) => Result<T, Refinement>,
  to: (value: T) => Raw,
): Codec<T> {
  return {
    write: (writer, value) => codec.write(writer, to(value)),
    read(reader) {
      const start = reader.offset;
      const refined = from(codec.read(reader));
      if (refined.ok) return refined.value;
      return refuse(start, refined.error.found, refined.error.expected);
    },
  };
}

/** A brand over what `codec` carries; `make` must accept all of it. */
export function branded<Raw, T extends Raw>(codec: Codec<Raw>, make: (raw: Raw) => T): Codec<T> {
  return {
    write: (writer, value) => codec.write(writer, value),
    read: (reader) => make(codec.read(reader)),
  };
}

/**
 * A codec named before it exists, for values that contain themselves. Only here can a value nest
 * without limit, so here the depth is counted.
 */
export function lazy<T>(resolve: () => Codec<T>): Codec<T> {
  let codec: Codec<T> | undefined;
  return {
    write(writer, value) {
      codec ??= resolve();
      writer.depth++;
      assert(writer.depth <= depthMax, 'values nest no deeper than the limit');
      codec.write(writer, value);
      writer.depth--;
    },
    read(reader) {
      codec ??= resolve();
      reader.depth++;
      if (reader.depth > depthMax) {
        refuse(reader.offset, 'deeper nesting', `at most ${depthMax} levels`);
      }
      const value = codec.read(reader);
      reader.depth--;
      return value;
    },
  };
}
