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
  if (held.kind === 'piece') return readPiece(codec, held.hash, pieces);
  return { kind: 'value', value: decodeKept(codec, held.bytes) };
}

/** A piece that the head names, decoded; or that piece to fetch first. */
export function readPiece<T>(
  codec: Codec<T>,
  piece: Hash,
  pieces: ReadonlyMap<Hash, Uint8Array | undefined>,
): ReadHeld<T> {
  const bytes = pieces.get(piece);
  if (!bytes) return { kind: 'absent', piece };
  return { kind: 'value', value: decodeKept(codec, bytes) };
}

export function decodeKept<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const decoded = decode(codec, bytes);
  assert(decoded.ok, 'the head holds what was encoded for it');
  return decoded.value;
}
