import type { ChainConfig } from '#protocol/block/chain-description.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Genesis, GenesisHeader } from '#protocol/block/genesis.ts';
import { networkIdOf, rootChainsRoot, rootDescription } from '#protocol/block/genesis.ts';
import { type PolicyName, policyNamed } from '#protocol/block/named-policies.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import type { Amount, Timestamp } from '#protocol/primitives/numbers.ts';
import { amount, epoch } from '#protocol/primitives/numbers.ts';
import type { KeyMaker } from './wallet/keys.ts';
import { developmentSeed } from './wallet/keys.ts';

/** A chain that a development network begins with. */
export interface PrefundedChain {
  readonly name: string;
  readonly balance: Amount;
}

export interface DevelopmentOptions {
  /** Fixes all keys; whoever knows it holds all money. */
  readonly seed: string;
  readonly validators: number;
  readonly chains?: readonly PrefundedChain[];
  /** 32 random bytes, never derived from the seed: two networks share no chain id. */
  readonly nonce: Uint8Array;
  readonly time: Timestamp;
  /** What resources cost; nothing, unless it says else. */
  readonly policy?: PolicyName;
}

/** A validator's name and the seed of its voting key. */
export interface NamedSeed {
  readonly name: string;
  readonly seed: Uint8Array;
}

export interface ChainKey extends NamedSeed {
  readonly chain: ChainId;
  readonly balance: Amount;
}

export interface DevelopmentNetwork {
  readonly genesis: Genesis;
  readonly validatorSeeds: readonly NamedSeed[];
  readonly chainKeys: readonly ChainKey[];
}

const hundred = amount(100n * 10n ** 18n);

/** Chains of a development network unless others are asked for. */
export const prefundedChains: readonly PrefundedChain[] = [
  { name: 'alice', balance: hundred },
  { name: 'bob', balance: hundred },
  { name: 'carol', balance: hundred },
];

/** A network whose keys all follow from a seed. Its wallets protect nothing. */
export function developmentGenesis(
  { seed, validators, chains = prefundedChains, nonce, time, policy = 'free' }: DevelopmentOptions,
  keys: Pick<KeyMaker, 'signer'>,
): DevelopmentNetwork {
  const validatorSeeds = Array.from({ length: validators }, (_, index) => {
    const own = `validator-${index + 1}`;
    return { name: own, seed: developmentSeed(seed, own) };
  });
  const owners = chains.map((one) => ({
    ...one,
    seed: developmentSeed(seed, `chain ${one.name}`),
  }));
  const rootChains = owners.map((one) => configFor(one, keys));
  const header: GenesisHeader = {
    version: protocolVersion,
    name: 'development',
    timestamp: time,
    development: true,
    policy: policyNamed(policy),
    committee: seatsFor(validatorSeeds, keys),
    rootChains: rootChainsRoot(rootChains),
    nonce,
  };
  const network = networkIdOf(header);
  const chainKeys = owners.map((one, index) => {
    const config = rootChains[index] as ChainConfig;
    return { ...one, chain: chainIdOf(rootDescription(network, index, { header, config })) };
  });
  return { genesis: { header, rootChains }, validatorSeeds, chainKeys };
}

function configFor(
  { seed, balance }: { readonly seed: Uint8Array; readonly balance: Amount },
  keys: Pick<KeyMaker, 'signer'>,
): ChainConfig {
  return {
    ownership: walletOwnership(ownerOf(keys.signer(seed, 'ed25519').publicKey)),
    epoch: epoch(0),
    account: chainOwner,
    balance,
    permissions: openPermissions,
  };
}

/** One vote each, in the order that a committee has. */
function seatsFor(
  seeds: readonly NamedSeed[],
  keys: Pick<KeyMaker, 'signer'>,
): GenesisHeader['committee'] {
  return seeds
    .map(({ seed }) => ({ publicKey: keys.signer(seed, 'ed25519').publicKey, weight: 1n }))
    .sort((a, b) =>
      compareBytes(encode(publicKeyCodec, a.publicKey), encode(publicKeyCodec, b.publicKey)),
    );
}
