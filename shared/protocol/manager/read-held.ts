import type { Hash } from '../crypto/hash.ts';
import { type Codec, decode } from '../encoding/codec.ts';
import { assert } from '../primitives/assert.ts';
import type { Held } from './held.ts';

/** What the head holds, decoded; or the piece to fetch first. */
export type ReadHeld<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'absent'; readonly piece: Hash };

export function readHeld<T>(
  codec: Codec<T>,
  held: Held,
  pieces: ReadonlyMap<Hash, Uint8Array | undefined>,
): ReadHeld<T> {
  const bytes = held.kind === 'inline' ? held.bytes : pieces.get(held.hash);
  if (!bytes) return { kind: 'absent', piece: (held as Extract<Held, { kind: 'piece' }>).hash };
  const decoded = decode(codec, bytes);
  assert(decoded.ok, 'the head holds what was encoded for it');
  return { kind: 'value', value: decoded.value };
}
