const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Lowercase hexadecimal, two digits a byte. */
export function hexFromBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += digits[byte];
  return text;
}

/**
 * Bytes of lowercase hexadecimal text.
 *
 * @throws RangeError unless `text` is an even number of digits 0-9, a-f.
 */
export function bytesFromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new RangeError('hexadecimal text has an odd length');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (nibble(text.charCodeAt(2 * i)) << 4) | nibble(text.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** Whether `text` is lowercase hexadecimal of exactly `length` bytes. */
export function isHex(text: string, length: number): boolean {
  return text.length === 2 * length && /^[0-9a-f]*$/.test(text);
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  throw new RangeError('not lowercase hexadecimal text');
}
