import type { Signer } from '#ports/signer.ts';
import { digest, tag } from '#protocol/crypto/hash.ts';
import { fixedBytes } from '#protocol/encoding/byte-strings.ts';
import type { Decoded } from '#protocol/encoding/codec.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { utf8FromText } from '#protocol/encoding/text.ts';
import { union } from '#protocol/encoding/union.ts';

const seedOnly = struct({ seed: fixedBytes(32) });

/** What a key is made of: its scheme, and the 32 bytes of its seed. */
export const keySeedCodec = union({ ed25519: [0, seedOnly], 'secp256k1-eip191': [1, seedOnly] });
export type KeySeed = Decoded<typeof keySeedCodec>;

/** Keys that a wallet holds; `secp256k1-eip191` signs as EVM wallets do. */
export type KeyScheme = KeySeed['kind'];

/** What the composition root gives a wallet to make keys with. */
export interface KeyMaker {
  /** A signer from the 32 bytes of its seed. */
  signer(seed: Uint8Array, scheme: KeyScheme): Signer;
  /** Bytes that nobody can guess. */
  random(length: number): Uint8Array;
}

const developmentTag = tag('weft/development-seed');

/** The seed of a development network's key, the same each time; `seed` and `name` fix it. */
export function developmentSeed(seed: string, name: string): Uint8Array {
  const secret = utf8FromText(seed);
  const length = Uint8Array.of(secret.length & 255, (secret.length >> 8) & 255);
  return digest(developmentTag, length, secret, utf8FromText(name));
}
