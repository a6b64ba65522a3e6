import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { hexBytes } from '../encoding/byte-strings.ts';
import type { Codec } from '../encoding/codec.ts';
import { assert } from '../primitives/assert.ts';
import type { Brand } from '../primitives/brand.ts';
import { asciiBytes, equalBytes } from '../primitives/bytes.ts';
import { bytesFromHex, hexFromBytes, isHex } from '../primitives/hex.ts';

/** A SHA-256 digest, in lowercase hexadecimal. */
export type Hash = Brand<string, 'Hash'>;

/** A domain: what is hashed under one tag never collides with what is hashed under another. */
export interface Tag {
  readonly name: string;
  /** The name's ASCII bytes and a zero byte, so that no prefix begins another. */
  readonly prefix: Uint8Array;
}

export type HashBackend = (bytes: Uint8Array) => Uint8Array;

export const hashLength = 32;

export const hashCodec: Codec<Hash> = hexBytes<Hash>(hashLength);

let backend: HashBackend = nobleSha256;
const scratch = new Uint8Array(8192);

export function tag(name: string): Tag {
  assert(/^[!-~]+$/.test(name), `${name} is printable ASCII`);
  return { name, prefix: asciiBytes(`${name}\0`) };
}

/** SHA-256 of the bytes as they are. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return backend(bytes);
}

/** SHA-256 of the tag's name, a zero byte, and the parts one after another. */
export function digest({ prefix }: Tag, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = prefix.length;
  for (const part of parts) length += part.length;
  const input = length <= scratch.length ? scratch : new Uint8Array(length);
  input.set(prefix);
  let at = prefix.length;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
  return backend(input.subarray(0, length));
}

export function hashOf(domain: Tag, ...parts: readonly Uint8Array[]): Hash {
  return hashFromBytes(digest(domain, ...parts));
}

/** @throws Error unless there are 32 bytes; peers' bytes go through `hashCodec`. */
export function hashFromBytes(bytes: Uint8Array): Hash {
  assert(bytes.length === hashLength, 'a hash has 32 bytes');
  return hexFromBytes(bytes) as Hash;
}

/** The hash that `text` writes in lowercase hexadecimal, if it is one. */
export function hashFromHex(text: string): Hash | undefined {
  return isHex(text, hashLength) ? (text as Hash) : undefined;
}

export function bytesFromHash(hash: Hash): Uint8Array {
  return bytesFromHex(hash);
}

/**
 * Replaces the implementation of SHA-256 if it agrees with the built-in one on inputs of every
 * length that matters, in plain arrays that it does not touch again. Any other is refused, and
 * nothing changes.
 */
export function installHashBackend(candidate: HashBackend): 'installed' | 'refused' {
  const answers: { readonly found: Uint8Array; readonly expected: Uint8Array }[] = [];
  try {
    for (const length of testedLengths) {
      const input = testInput(length);
      const expected = nobleSha256(input);
      answers.push({ found: candidate(input), expected });
      if (!equalBytes(input, testInput(length))) return 'refused';
    }
  } catch {
    return 'refused';
  }
  for (const { found, expected } of answers) {
    // A subclass such as Buffer has a `slice` that does not copy.
    if (Object.getPrototypeOf(found) !== Uint8Array.prototype) return 'refused';
    if (!equalBytes(found, expected)) return 'refused';
  }
  backend = candidate;
  return 'installed';
}

const testedLengths: readonly number[] = [...Array(301).keys(), 1023, 4096, 8192, 65_537];

/** Bytes of a fixed linear congruence, in a view that does not start where its buffer does. */
function testInput(length: number): Uint8Array {
  const buffer = new Uint8Array(length + 8);
  let state = length;
  for (let i = 0; i < buffer.length; i++) {
    state = (state * 69_069 + 12_345) % 0x8000_0000;
    buffer[i] = state >> 16;
  }
  return buffer.subarray(3, 3 + length);
}
