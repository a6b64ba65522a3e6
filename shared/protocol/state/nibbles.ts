/**
 * A string of 4-bit digits, the high half of each byte first. Of an odd number the last byte's
 * low half is zero, so that equal paths have equal bytes.
 */
export interface Path {
  readonly bytes: Uint8Array;
  readonly nibbles: number;
}

/** The digits of a whole key, two a byte. */
export function pathOfKey(key: Uint8Array): Path {
  return { bytes: key, nibbles: 2 * key.length };
}

/** @returns the digit at `index` of `bytes`, 0 to 15; the caller knows that there is one. */
export function nibbleAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index >> 1] as number;
  return index & 1 ? byte & 15 : byte >> 4;
}

/** The number of leading digits that `a` and `b` share. */
export function commonNibbles(a: Path, b: Path): number {
  const shared = a.nibbles < b.nibbles ? a.nibbles : b.nibbles;
  let byte = 0;
  while (2 * byte < shared && a.bytes[byte] === b.bytes[byte]) byte++;
  const common = 2 * byte;
  if (common >= shared) return shared;
  return nibbleAt(a.bytes, common) === nibbleAt(b.bytes, common) ? common + 1 : common;
}

/** Whether `path` begins with all digits of `prefix`. */
export function startsWith(path: Path, prefix: Path): boolean {
  return path.nibbles >= prefix.nibbles && commonNibbles(path, prefix) === prefix.nibbles;
}

/** The first `nibbles` digits of `bytes`, as a path of its own or a view. */
export function pathPrefix(bytes: Uint8Array, nibbles: number): Path {
  const end = (nibbles + 1) >> 1;
  if ((nibbles & 1) === 0) return { bytes: bytes.subarray(0, end), nibbles };
  const packed = bytes.slice(0, end);
  packed[end - 1] = (packed[end - 1] as number) & 0xf0;
  return { bytes: packed, nibbles };
}

/** `path` and one more digit. */
export function childPath(path: Path, nibble: number): Path {
  const nibbles = path.nibbles + 1;
  const packed = new Uint8Array((nibbles + 1) >> 1);
  packed.set(path.bytes);
  const last = path.nibbles >> 1;
  packed[last] = path.nibbles & 1 ? (packed[last] as number) | nibble : nibble << 4;
  return { bytes: packed, nibbles };
}
