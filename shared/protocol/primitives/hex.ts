const digitCodes = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102];
/** Bytes written at once: each digit is an argument of a call. */
const chunkBytes = 64;

/** Lowercase hexadecimal, two digits a byte. */
export function hexFromBytes(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    const end = from + chunkBytes < bytes.length ? from + chunkBytes : bytes.length;
    const codes: number[] = [];
    for (let i = from; i < end; i++) {
      const byte = bytes[i] as number;
      codes.push(digitCodes[byte >> 4] as number, digitCodes[byte & 15] as number);
    }
    text += String.fromCharCode.apply(undefined, codes);
  }
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
  let seen = 0;
  for (let i = 0; i < bytes.length; i++) {
    const pair = (nibbleOf(text.charCodeAt(2 * i)) << 4) | nibbleOf(text.charCodeAt(2 * i + 1));
    seen |= pair;
    bytes[i] = pair;
  }
  if (seen < 0) throw new RangeError('not lowercase hexadecimal text');
  return bytes;
}

/** Whether `text` is lowercase hexadecimal of exactly `length` bytes. */
export function isHex(text: string, length: number): boolean {
  return text.length === 2 * length && text.length % 2 === 0 && /^[0-9a-f]*$/.test(text);
}

/** By character code; negative for what is no digit, and so is each pair with one. */
const nibbles = new Int8Array(128).fill(-1);
for (const [value, code] of digitCodes.entries()) nibbles[code] = value;

function nibbleOf(code: number): number {
  return nibbles[code] ?? -1;
}
