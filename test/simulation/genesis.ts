import type { Signer } from '#ports/signer.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Genesis, rootChainsRoot } from '#protocol/block/genesis.ts';
import { type AccountOwner, chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { freePolicy } from '#protocol/block/policy.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { amount, duration, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import type { SimulatedCrypto } from './keyed-crypto.ts';
import type { ChainPlan, WorldOptions } from './options.ts';
import type { Random } from './random.ts';

/** When a world's time begins. */
export const worldStart = timestamp(1_800_000_000_000_000n);

/** What each chain begins with: more than it can spend in one world. */
export const initialBalance = amount(1_000_000n);

export interface SimulatedChain {
  readonly chain: ChainId;
  readonly plan: ChainPlan;
  /** The owner of each device, the super owner first where there is one. */
  readonly owners: readonly Signer[];
  /** From which their keys are made. */
  readonly seeds: readonly Uint8Array[];
}

export interface SimulatedNetwork {
  readonly network: Network;
  readonly genesis: Genesis;
  /** Keys of the validators, by seat. */
  readonly validators: readonly Signer[];
  /** Chains with owners who use them; the network's other root chains are idle. */
  readonly chains: readonly SimulatedChain[];
}

export function simulatedNetwork(
  options: WorldOptions,
  crypto: SimulatedCrypto,
  random: Random,
): SimulatedNetwork {
  const newSeed = () => random.bytes(32);
  const newSigner = () => crypto.signer(newSeed());
  const validators = Array.from({ length: options.validators }, newSigner).sort(byKey);
  const driven = options.chains.map((plan) => {
    const seeds = seedsFor(plan, newSeed);
    return { plan, seeds, owners: seeds.map(crypto.signer) };
  });
  const rootChains = [
    ...driven.map(({ plan, owners }) => configOf(ownershipOf(plan, owners))),
    ...Array.from({ length: options.idleChains }, () =>
      configOf(ownershipOf('wallet', [newSigner()])),
    ),
  ];
  const header = {
    version: protocolVersion,
    name: 'simulation',
    timestamp: worldStart,
    development: true,
    policy: freePolicy,
    committee: validators.map(({ publicKey }) => ({ publicKey, weight: 1n })),
    rootChains: rootChainsRoot(rootChains),
    nonce: random.bytes(32),
  };
  const genesis = { header, rootChains };
  const network = networkFrom(genesis);
  if (!network.ok) throw new Error(network.error.found);
  const { rootChains: ids } = network.value;
  const chains = driven.map((one, index) => ({ ...one, chain: ids[index] as ChainId }));
  return { network: network.value, genesis, validators, chains };
}

function byKey(a: Signer, b: Signer): number {
  return compareBytes(encode(publicKeyCodec, a.publicKey), encode(publicKeyCodec, b.publicKey));
}

export function configOf(ownership: Ownership, balance: Amount): ChainConfig {
  return {
    ownership,
    epoch: epoch(0),
    account: chainOwner,
    balance,
    permissions: openPermissions,
  };
}
