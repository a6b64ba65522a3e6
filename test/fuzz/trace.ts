import type { Codec } from '#protocol/encoding/codec.ts';
import { newReader, type Reader } from '#protocol/encoding/reader.ts';

/** More fields of one input are not told apart. */
const cutsMax = 2_000;

/** Where the fields of an input begin and end, as far as the codec reads it. */
export function cutsOf(codec: Codec<unknown>, bytes: Uint8Array): readonly number[] {
  const plain = newReader(bytes);
  const cuts = new Set([0]);
  let at = 0;
  const reader: Reader = {
    bytes,
    view: plain.view,
    depth: 0,
    get offset() {
      return at;
    },
    set offset(next) {
      at = next;
      if (cuts.size < cutsMax) cuts.add(next);
    },
  };
  try {
    codec.read(reader);
  } catch {
    // What was read up to there has fields all the same.
  }
  return [...cuts];
}

/** The end of the value that begins at `start`; undefined if there is none. */
export function endOfValue(
  codec: Codec<unknown>,
  bytes: Uint8Array,
  start: number,
): number | undefined {
  const reader = newReader(bytes);
  reader.offset = start;
  try {
    codec.read(reader);
    return reader.offset;
  } catch {
    return undefined;
  }
}
