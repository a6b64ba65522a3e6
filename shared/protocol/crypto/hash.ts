import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { hexBytes } from '../encoding/byte-strings.ts';
import { type Codec, lendEncoding } from '../encoding/codec.ts';
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

/** Computes SHA-256. Inputs are views of memory that is soon used again. */
export interface HashBackend {
  /** Puts the digest into `output`, from `at` on. */
  digestInto(input: Uint8Array, output: Uint8Array, at: number): void;
  /** The digest in lowercase hexadecimal. */
  hexDigest(input: Uint8Array): string;
}

export const hashLength = 32;

export const hashCodec: Codec<Hash> = hexBytes<Hash>(hashLength);

const builtIn: HashBackend = {
  digestInto: (input, output, at) => output.set(nobleSha256(input), at),
  hexDigest: (input) => hexFromBytes(nobleSha256(input)),
};
let backend = builtIn;
const scratch = new Uint8Array(8192);
const viewsMax = 512;

export function tag(name: string): Tag {
  assert(/^[!-~]+$/.test(name), `${name} is printable ASCII`);
  return { name, prefix: asciiBytes(`${name}\0`) };
}

/** SHA-256 of the bytes as they are. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const output = new Uint8Array(hashLength);
  backend.digestInto(bytes, output, 0);
  return output;
}

/** SHA-256 of the tag's name, a zero byte, and the parts one after another. */
export function digest({ prefix }: Tag, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(inputOf(prefix, ...parts));
}

/** Puts SHA-256 of the bytes as they are into `output`, from `at` on. */
export function sha256Into(bytes: Uint8Array, output: Uint8Array, at: number): void {
  backend.digestInto(bytes, output, at);
}

/** SHA-256 of the bytes as they are, as text. */
export function sha256Text(bytes: Uint8Array): Hash {
  return backend.hexDigest(bytes) as Hash;
}

/** What `digest` gives, as text. */
export function hashOf({ prefix }: Tag, ...parts: readonly Uint8Array[]): Hash {
  return sha256Text(inputOf(prefix, ...parts));
}

/** `digest` of the encoding of `value`. */
export function digestOfValue<T>({ prefix }: Tag, codec: Codec<T>, value: T): Uint8Array {
  return lendEncoding(codec, value, { prefix, use: sha256 });
}

/** `hashOf` of the encoding of `value`. */
export function hashOfValue<T>({ prefix }: Tag, codec: Codec<T>, value: T): Hash {
  return lendEncoding(codec, value, { prefix, use: sha256Text });
}

/** The input of a hash, in memory that the next one uses again. */
function inputOf(prefix: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = prefix.length;
  for (const part of parts) length += part.length;
  const input = length <= scratch.length ? scratch : new Uint8Array(length);
  input.set(prefix);
  let at = prefix.length;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
  return input === scratch ? scratchView(length) : input;
}

const views: (Uint8Array | undefined)[] = [];

/** The beginning of the scratch memory; short inputs are frequent, so theirs are made once. */
function scratchView(length: number): Uint8Array {
  const known = views[length];
  if (known !== undefined) return known;
  const view = scratch.subarray(0, length);
  if (length < viewsMax) views[length] = view;
  return view;
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
 * length that matters, and writes nothing but digests. Any other is refused, and nothing changes.
 */
export function installHashBackend(candidate: HashBackend): 'installed' | 'refused' {
  try {
    for (const length of testedLengths) {
      if (!agrees(candidate, length)) return 'refused';
    }
  } catch {
    return 'refused';
  }
  backend = candidate;
  return 'installed';
}

function agrees(candidate: HashBackend, length: number): boolean {
  const input = testInput(length);
  const expected = testInput(3 + hashLength + 4);
  const found = expected.slice();
  builtIn.digestInto(input, expected, 3);
  candidate.digestInto(input, found, 3);
  const isSame =
    equalBytes(found, expected) &&
    candidate.hexDigest(input) === hexFromBytes(expected.subarray(3, 3 + hashLength));
  return isSame && equalBytes(input, testInput(length));
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
