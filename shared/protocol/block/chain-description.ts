import { hashCodec } from '../crypto/hash.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { amountCodec, blockHeightCodec, epochCodec, timestampCodec } from '../encoding/numbers.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { blobHash } from './blob.ts';
import { type ChainId, chainIdCodec, chainIdFromHash } from './chain-id.ts';
import { accountOwnerCodec } from './owner.ts';
import { ownershipCodec } from './ownership.ts';
import { applicationPermissionsCodec } from './permissions.ts';

/** Where a chain comes from. The network is part of a root's origin, and so of every id below it. */
export const chainOriginCodec = union({
  root: [0, struct({ network: hashCodec, index: u32 })],
  child: [1, struct({ parent: chainIdCodec, height: blockHeightCodec, index: u32 })],
});
export type ChainOrigin = Decoded<typeof chainOriginCodec>;

/** What a chain starts with; `balance` belongs to `account` on the chain. */
export const chainConfigCodec = struct({
  ownership: ownershipCodec,
  epoch: epochCodec,
  account: accountOwnerCodec,
  balance: amountCodec,
  permissions: applicationPermissionsCodec,
});
export type ChainConfig = Decoded<typeof chainConfigCodec>;

/** Everything that a chain's id commits to. */
export const chainDescriptionCodec = struct({
  origin: chainOriginCodec,
  config: chainConfigCodec,
  timestamp: timestampCodec,
});
export type ChainDescription = Decoded<typeof chainDescriptionCodec>;

/** The id of the blob that holds the description: whoever has that blob can check it by the id. */
export function chainIdOf(description: ChainDescription): ChainId {
  return chainIdFromHash(blobHash({ kind: 'chain-description' }, descriptionBytes(description)));
}

/** The content of the blob that describes a chain. */
export function descriptionBytes(description: ChainDescription): Uint8Array {
  return encode(chainDescriptionCodec, description);
}
