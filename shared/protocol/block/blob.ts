import { type Hash, hashOf, sha256, tag } from '../crypto/hash.ts';
import { hexBytes } from '../encoding/byte-strings.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import type { Brand } from '../primitives/brand.ts';
import { bytesFromHex, isHex } from '../primitives/hex.ts';
import type { ChainId } from './chain-id.ts';

/** What a blob holds. */
export const blobTypeCodec = union({
  data: [0, struct({})],
  'contract-bytecode': [1, struct({})],
  'service-bytecode': [2, struct({})],
  'evm-bytecode': [3, struct({})],
  'application-description': [4, struct({})],
  committee: [5, struct({})],
  'chain-description': [6, struct({})],
  'application-formats': [7, struct({})],
  checkpoint: [8, struct({})],
});
export type BlobType = Decoded<typeof blobTypeCodec>;

/** Names immutable content: the hash of its type and of the SHA-256 of its bytes. */
export type BlobId = Brand<string, 'BlobId'>;
export const blobIdCodec = hexBytes<BlobId>(32);

const blobTag = tag('weft/blob');

export function blobIdOf(type: BlobType, content: Uint8Array): BlobId {
  return blobHash(type, content) as string as BlobId;
}

/** The id of data whose SHA-256 is this, whatever the data is. */
export function dataBlobId(digest: Hash): BlobId {
  const type = encode(blobTypeCodec, { kind: 'data' });
  return hashOf(blobTag, type, bytesFromHex(digest)) as string as BlobId;
}

/** The id that `text` spells in full, or undefined. */
export function blobIdFromText(text: string): BlobId | undefined {
  return isHex(text, 32) ? (text as BlobId) : undefined;
}

/** The hash that a blob's id is. */
export function blobHash(type: BlobType, content: Uint8Array): Hash {
  return hashOf(blobTag, encode(blobTypeCodec, type), sha256(content));
}

/** The blob that describes a chain: its id is the chain's. */
export function blobOfChain(chain: ChainId): BlobId {
  return chain as string as BlobId;
}
