import type { DevelopmentNetwork } from '#client/genesis.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import type { Genesis } from '#protocol/block/genesis.ts';
import { networkIdOf, rootChainsRoot, rootDescription } from '#protocol/block/genesis.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { ResourcePolicy } from '#protocol/block/policy.ts';

/** A change of a genesis before its network begins. */
export type Reshape = (genesis: Genesis) => Genesis;

/** The network that the changed genesis begins; its keys stay, its chain ids do not. */
export function reshaped(development: DevelopmentNetwork, change: Reshape): DevelopmentNetwork {
  const { header: changed, rootChains } = change(development.genesis);
  const header = { ...changed, rootChains: rootChainsRoot(rootChains) };
  const network = networkIdOf(header);
  const chainKeys = development.chainKeys.map((key, index) => {
    const config = rootChains[index] as ChainConfig;
    return { ...key, chain: chainIdOf(rootDescription(network, index, { header, config })) };
  });
  return { ...development, genesis: { header, rootChains }, chainKeys };
}

/** Changes the ownership of the first chain; `owners` are those of the chains, in order. */
export function firstChainOwned(
  change: (owners: readonly AccountOwner[]) => Partial<Ownership>,
): Reshape {
  return ({ header, rootChains }) => {
    const owners = rootChains.flatMap(({ ownership }) => ownership.superOwners);
    const [first, ...others] = rootChains as readonly [ChainConfig, ...ChainConfig[]];
    const ownership = { ...first.ownership, ...change(owners) };
    return { header, rootChains: [{ ...first, ownership }, ...others] };
  };
}

/** Changes limits of the resource policy. */
export function limitedTo(limits: Partial<ResourcePolicy['limits']>): Reshape {
  return ({ header, rootChains }) => ({
    header: {
      ...header,
      policy: { ...header.policy, limits: { ...header.policy.limits, ...limits } },
    },
    rootChains,
  });
}

/** Gives the seats of the committee these weights, in order of seats. */
export function weighted(weights: readonly bigint[]): Reshape {
  return ({ header, rootChains }) => {
    const committee = header.committee.map((seat, index) => ({
      ...seat,
      weight: weights[index] ?? seat.weight,
    }));
    return { header: { ...header, committee }, rootChains };
  };
}
