import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { awsLimits } from '#ports/aws-limits.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type Hash, hashFromBytes, hashLength, sha256 } from '#protocol/crypto/hash.ts';
import { type Codec, decode, encode } from '#protocol/encoding/codec.ts';
import { concatBytes, joinBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';

/** In front of every stored value. A new one is readable one release before it is written. */
const format = { plain: 1, deflated: 2, chunked: 3 } as const;

/** With its key and other attributes, an item of a longer value may take more than one unit. */
const plainBytesMax = awsLimits.dynamodb.writeUnitBytes - 80;
/** Most bytes that a packed value may have unpacked. */
export const valueBytesMax = 64 * 1024 * 1024;
/** Bytes of one part of a value that no item can hold; the rest of its item is small. */
export const chunkBytes = awsLimits.dynamodb.itemBytes - 1024;

/** Bytes as an item holds them, in a copy. */
export function storedBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length > plainBytesMax) {
    const packed = deflateRawSync(bytes, { level: 1 });
    if (packed.length < bytes.length) return concatBytes(Uint8Array.of(format.deflated), packed);
  }
  return concatBytes(Uint8Array.of(format.plain), bytes);
}

/** @throws StoreFault if a later program wrote them, or they are damaged. */
export function bytesFromStored(stored: Uint8Array | undefined): Uint8Array {
  if (stored?.[0] === format.plain) return new Uint8Array(stored.subarray(1));
  if (stored?.[0] === format.deflated) return inflated(stored.subarray(1));
  throw new StoreFault(
    `a stored value has format ${stored?.[0]}, which this program does not know`,
  );
}

/** A value too long for one item, as a pointer to its parts. */
export interface ChunkedValue {
  readonly pointer: Uint8Array;
  readonly chunks: readonly { readonly hash: Hash; readonly bytes: Uint8Array }[];
}

/** Parts of what `storedBytes` made; undefined if one item can hold it. */
export function chunked(stored: Uint8Array): ChunkedValue | undefined {
  if (stored.length <= chunkBytes) return undefined;
  const chunks: { hash: Hash; bytes: Uint8Array }[] = [];
  for (let from = 0; from < stored.length; from += chunkBytes) {
    const bytes = stored.subarray(from, from + chunkBytes);
    chunks.push({ hash: hashFromBytes(sha256(bytes)), bytes });
  }
  const hashes = chunks.map(({ hash }) => bytesFromHex(hash));
  return { pointer: concatBytes(Uint8Array.of(format.chunked), ...hashes), chunks };
}

/** The parts that a pointer names; undefined if the value is whole. */
export function chunksOf(stored: Uint8Array): readonly Hash[] | undefined {
  if (stored[0] !== format.chunked) return undefined;
  if (stored.length % hashLength !== 1) throw new StoreFault('a pointer to chunks is damaged');
  const hashes: Hash[] = [];
  for (let from = 1; from < stored.length; from += hashLength) {
    hashes.push(hashFromBytes(stored.slice(from, from + hashLength)));
  }
  return hashes;
}

/** @throws StoreFault if a part is not the one that was named. */
export function joined(parts: readonly { hash: Hash; bytes: Uint8Array }[]): Uint8Array {
  for (const { hash, bytes } of parts) {
    if (hashFromBytes(sha256(bytes)) !== hash) throw new StoreFault(`chunk ${hash} is damaged`);
  }
  return joinBytes(parts.map(({ bytes }) => bytes));
}

export function storedValue<T>(codec: Codec<T>, value: T): Uint8Array {
  return storedBytes(encode(codec, value));
}

/** @throws StoreFault unless `storedValue` made it. */
export function valueFromStored<T>(codec: Codec<T>, stored: Uint8Array | undefined): T {
  const value = decode(codec, bytesFromStored(stored));
  if (!value.ok) throw new StoreFault(`a stored value is damaged: ${value.error.found}`);
  return value.value;
}

function inflated(packed: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: valueBytesMax }));
  } catch (error) {
    throw new StoreFault('a stored value cannot be unpacked', { cause: error });
  }
}
