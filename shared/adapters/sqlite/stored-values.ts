import { StoreFault } from '#ports/store-fault.ts';
import { hashCodec } from '#protocol/crypto/hash.ts';
import { type Codec, decode, lendEncoding } from '#protocol/encoding/codec.ts';
import { option } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { arrivalCodec } from '#protocol/messaging/inbox-row.ts';

/** In front of every stored value. A new one is readable one release before it is written. */
const valueFormat = 1;
const formatBytes = Uint8Array.of(valueFormat);

/** What an inbox row says apart from its key. */
export const rowValueCodec = struct({ block: hashCodec, arrival: option(arrivalCodec) });

/** Bytes as they are stored, in a copy. */
export function storedBytes(bytes: Uint8Array): Uint8Array {
  const stored = new Uint8Array(bytes.length + 1);
  stored[0] = valueFormat;
  stored.set(bytes, 1);
  return stored;
}

/** @throws StoreFault if a later program wrote them. */
export function bytesFromStored(stored: unknown): Uint8Array {
  if (!(stored instanceof Uint8Array) || stored[0] !== valueFormat) {
    const found = stored instanceof Uint8Array ? `format ${stored[0]}` : typeof stored;
    throw new StoreFault(`a stored value has ${found}, this program knows ${valueFormat}`);
  }
  return stored.subarray(1);
}

export function storedValue<T>(codec: Codec<T>, value: T): Uint8Array {
  return lendEncoding(codec, value, { prefix: formatBytes, use: (bytes) => bytes.slice() });
}

/** @throws StoreFault unless `storedValue` made it. */
export function valueFromStored<T>(codec: Codec<T>, stored: unknown): T {
  const value = decode(codec, bytesFromStored(stored));
  if (!value.ok) throw new StoreFault(`a stored value is damaged: ${value.error.found}`);
  return value.value;
}

/** Ids and hashes are stored as bytes. */
export function bytesOfHex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}

/** An id or a hash from the columns that `bytesOfHex` filled. */
export function idFromBytes<T>(codec: Codec<T>, bytes: unknown): T {
  const id = decode(codec, keyBytes(bytes));
  if (!id.ok) throw new StoreFault(`a stored key is damaged: ${id.error.found}`);
  return id.value;
}

/** Eight bytes that sort as the numbers do. */
export function u64Bytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** @throws StoreFault unless `u64Bytes` made them. */
export function u64FromBytes(bytes: unknown): bigint {
  const { buffer, byteOffset, byteLength } = keyBytes(bytes);
  if (byteLength !== 8) throw new StoreFault(`a stored number has ${byteLength} bytes`);
  return new DataView(buffer, byteOffset, byteLength).getBigUint64(0);
}

/** A u64 as a signed column: the same number up to 2^63, and distinct numbers beyond. */
export function heightColumn(height: bigint): number | bigint {
  return height <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(height) : BigInt.asIntN(64, height);
}

function keyBytes(bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  throw new StoreFault('a stored key holds no bytes');
}
