import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainIdCodec } from '#protocol/block/chain-id.ts';
import { blockOutcomeCodec } from '#protocol/block/outcome.ts';
import { type AccountOwner, accountOwnerCodec, ownerText } from '#protocol/block/owner.ts';
import { blockProposalCodec } from '#protocol/block/proposal.ts';
import { hashCodec } from '#protocol/crypto/hash.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { bytes } from '#protocol/encoding/byte-strings.ts';
import { type Codec, type Decoded, decode } from '#protocol/encoding/codec.ts';
import { u16 } from '#protocol/encoding/integers.ts';
import { blockHeightCodec } from '#protocol/encoding/numbers.ts';
import { option, vector } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { text } from '#protocol/encoding/text.ts';
import { union } from '#protocol/encoding/union.ts';
import { stretchingCodec } from './encryption.ts';
import { inboxPolicyCodec } from './inbox-policy.ts';
import { keySeedCodec } from './keys.ts';

/** The only layout of wallets that there is. */
export const walletFormat = 1;

export const nameBytesMax = 64;

/** Most chains, and most keys, of a wallet. */
export const chainsMax = 100_000;

/** How the seeds of a wallet are kept. */
export const protectionCodec = union({
  /** As they are: of development networks only, where they follow from a seed anyway. */
  none: [0, struct({})],
  /** Sealed under a key made from a passphrase; `check` tells whether it is the right one. */
  passphrase: [1, struct({ stretching: stretchingCodec, check: bytes(256) })],
});
export type Protection = Decoded<typeof protectionCodec>;

export const aboutCodec = struct({
  format: u16,
  network: hashCodec,
  protection: protectionCodec,
});
export type AboutWallet = Decoded<typeof aboutCodec>;

/** A key by the owner that it stands for; the public key names its scheme. */
export const keyRecordCodec = struct({ publicKey: publicKeyCodec, seed: bytes(128) });

/** What this device promises of the fast proposals of a chain. */
export const fastRecordCodec = struct({
  /** Every fast proposal signed from this height on is in `signed`. */
  from: blockHeightCodec,
  signed: option(struct({ height: blockHeightCodec, block: hashCodec })),
});
export type FastRecord = Decoded<typeof fastRecordCodec>;

export const chainRecordCodec = struct({
  name: text(nameBytesMax),
  /** Whose key proposes if it may; none for a chain that is only followed. */
  owner: option(accountOwnerCodec),
  /** Fast rounds are on; a wallet that was imported has them off. */
  fast: option(fastRecordCodec),
});
export type ChainRecord = Decoded<typeof chainRecordCodec>;

/** A chain as the wallet lists it. */
export interface WalletChain extends ChainRecord {
  readonly id: ChainId;
  readonly isDefault: boolean;
}

/** A block that was or will be proposed: saved before it leaves, and proposed until it is decided. */
export const pendingBlockCodec = struct({
  proposal: blockProposalCodec,
  outcome: blockOutcomeCodec,
});
export type PendingBlock = Decoded<typeof pendingBlockCodec>;

const exportedChainCodec = struct({
  id: chainIdCodec,
  name: text(nameBytesMax),
  owner: option(accountOwnerCodec),
  inbox: inboxPolicyCodec,
});

/** Everything that moves a wallet to another device; fast rounds stay behind. */
export const exportedCodec = struct({
  keys: vector(keySeedCodec, chainsMax),
  chains: vector(exportedChainCodec, chainsMax),
  first: option(chainIdCodec),
});

export const recordKeys = {
  about: 'about',
  first: 'default',
  chains: 'chain/',
  chain: (id: ChainId) => `chain/${id}`,
  keys: 'key/',
  key: (owner: AccountOwner) => `key/${ownerText(owner)}`,
  pending: (id: ChainId) => `pending/${id}`,
  inbox: (id: ChainId) => `inbox/${id}`,
} as const;

/** @throws StoreFault if the record is not one of ours. */
export function readRecord<T>(codec: Codec<T>, record: Uint8Array): T {
  const decoded = decode(codec, record);
  if (decoded.ok) return decoded.value;
  const { found, expected } = decoded.error;
  throw new StoreFault(`a wallet record holds ${found} instead of ${expected}`);
}
