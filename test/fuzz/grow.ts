import { type Codec, decode } from '#protocol/encoding/codec.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import type { Random } from '../simulation/random.ts';

const attemptsMax = 300;
const lengthMax = 8_192;

/**
 * An encoding that the codec accepts, made by doing what its refusals ask for; undefined if that
 * leads nowhere.
 */
export function grown(codec: Codec<unknown>, random: Random): Uint8Array | undefined {
  let bytes = modest(random, random.below(24));
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const decoded = decode(codec, bytes);
    if (decoded.ok) return bytes;
    const { offset, expected } = decoded.error;
    const missing = /^(?:bytes for )?(\d+) (?:bytes|items|entries)$/.exec(expected)?.[1];
    const bound = /^at (?:least|most) (\d+) bytes$/.exec(expected)?.[1];
    if (expected === 'the end') bytes = bytes.slice(0, offset);
    else if (bound !== undefined && Number(bound) < 128 && random.chance(0.7)) {
      bytes = bytes.slice();
      bytes[offset] = Number(bound);
    } else if (missing !== undefined && Number(missing) <= lengthMax) {
      const more = modest(random, Number(missing) + offset + 1 - bytes.length);
      bytes = more.length > 0 ? concatBytes(bytes, more) : changed(bytes, offset, random);
    } else bytes = changed(bytes, offset, random);
    if (bytes.length > lengthMax) return undefined;
  }
  return undefined;
}

function changed(bytes: Uint8Array, offset: number, random: Random): Uint8Array {
  const at = random.chance(0.7) ? offset : offset + random.below(bytes.length - offset + 1);
  const next = at < bytes.length ? bytes.slice() : concatBytes(bytes, Uint8Array.of(0));
  next[at] = random.chance(0.7) ? random.below(6) : random.below(256);
  return next;
}

/** Mostly small bytes, which count few items and name the first variants. */
function modest(random: Random, length: number): Uint8Array {
  const bytes = random.bytes(length > 0 ? length : 0);
  for (let at = 0; at < bytes.length; at++) {
    if (random.chance(0.7)) bytes[at] = (bytes[at] as number) & 3;
  }
  return bytes;
}
