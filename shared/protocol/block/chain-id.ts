import type { Hash } from '../crypto/hash.ts';
import { hexBytes } from '../encoding/byte-strings.ts';
import type { Brand } from '../primitives/brand.ts';
import { bytesFromHex, isHex } from '../primitives/hex.ts';

/** Names a microchain: the hash of its description, as 64 lowercase hexadecimal digits. */
export type ChainId = Brand<string, 'ChainId'>;

export const chainIdCodec = hexBytes<ChainId>(32);

/** The id of the chain whose description hashes to `hash`. */
export function chainIdFromHash(hash: Hash): ChainId {
  return hash as string as ChainId;
}

/** The id that `text` spells in full, or undefined. */
export function chainIdFromText(text: string): ChainId | undefined {
  return isHex(text, 32) ? (text as ChainId) : undefined;
}

export function chainIdBytes(id: ChainId): Uint8Array {
  return bytesFromHex(id);
}
