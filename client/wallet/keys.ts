import type { Signer } from '#ports/signer.ts';
import { digest, tag } from '#protocol/crypto/hash.ts';
import { utf8FromText } from '#protocol/encoding/text.ts';

/** What the composition root gives a wallet to make keys with. */
export interface KeyMaker {
  /** A signer from the 32 bytes of its seed. */
  signer(seed: Uint8Array): Signer;
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
