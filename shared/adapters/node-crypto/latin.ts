/** A text with one character for each byte: a short key for maps, and fast to make. */
export function latinFromBytes(bytes: Uint8Array): string {
  return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
}
