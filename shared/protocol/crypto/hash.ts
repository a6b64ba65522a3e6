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
 * length that matters. A candidate that does not is refused, and nothing changes.
 */
export function installHashBackend(candidate: HashBackend): 'installed' | 'refused' {
  for (let length = 0; length <= testedLengthMax; length++) {
    const input = testInput(length);
    const copy = input.slice();
    let found: Uint8Array;
    try {
      found = candidate(input);
    } catch {
      return 'refused';
    }
    const isPlain = found instanceof Uint8Array && !equalBytes(found, input);
    if (!isPlain || !equalBytes(found, nobleSha256(copy))) return 'refused';
    if (!equalBytes(input, copy)) return 'refused';
  }
  backend = candidate;
  return 'installed';
}

const testedLengthMax = 300;

/** Bytes of a fixed linear congruence, in a view that does not start where its buffer does. */
function testInput(length: number): Uint8Array {
  const buffer = new Uint8Array(length + 8);
  let state = length;
  for (let i = 0; i < buffer.length; i++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    buffer[i] = state >> 16;
  }
  return buffer.subarray(3, 3 + length);
}
