import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { fixedBytes } from '#protocol/encoding/byte-strings.ts';
import type { Codec } from '#protocol/encoding/codec.ts';
import { u8 } from '#protocol/encoding/integers.ts';
import { refine } from '#protocol/encoding/refine.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { utf8FromText } from '#protocol/encoding/text.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import { ok, reject } from '#protocol/primitives/result.ts';

/** How scrypt makes a key from a passphrase. */
export interface Stretching {
  readonly salt: Uint8Array;
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

export const stretchingCodec: Codec<Stretching> = refine(
  struct({ salt: fixedBytes(16), log2N: u8, r: u8, p: u8 }),
  (raw) => (isBearable(raw) ? ok(raw) : reject({ found: 'its cost', expected: 'a bearable one' })),
  (stretching) => stretching,
);

/** What guessing one passphrase costs: 128 MB and most of a second. */
export const stretchingCost = { log2N: 17, r: 8, p: 1 } as const;
export type StretchingCost = Pick<Stretching, 'log2N' | 'r' | 'p'>;

/** A reader bears four times what our own cost takes, of time and of memory. */
const bearableBlocks = 4 * 2 ** stretchingCost.log2N * stretchingCost.r;

/** Whether the cost is one that a reader can bear, since an export names its own. */
export function isBearable({ log2N, r, p }: StretchingCost): boolean {
  return log2N >= 1 && r >= 1 && p >= 1 && 2 ** log2N * r * p <= bearableBlocks;
}

/** The key that protects a wallet's seeds. */
export function stretch(passphrase: string, { salt, log2N, r, p }: Stretching): Uint8Array {
  const text = utf8FromText(passphrase.normalize('NFKC').toWellFormed());
  return scrypt(text, salt, { N: 2 ** log2N, r, p, dkLen: 32 });
}

const nonceBytes = 24;

/** XChaCha20-Poly1305 over `content`, behind its nonce; `about` is bound, not kept. */
export function seal(
  key: Uint8Array,
  about: Uint8Array,
  content: Uint8Array,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const nonce = random(nonceBytes);
  return concatBytes(nonce, xchacha20poly1305(key, nonce, about).encrypt(content));
}

/** What was sealed, unless the key, the bytes or what they are about is another. */
export function unseal(
  key: Uint8Array,
  about: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  try {
    const nonce = sealed.subarray(0, nonceBytes);
    return xchacha20poly1305(key, nonce, about).decrypt(sealed.subarray(nonceBytes));
  } catch {
    return undefined;
  }
}
