import type { DevelopmentNetwork } from '#client/genesis.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import type { Genesis } from '#protocol/block/genesis.ts';
import { networkIdOf, rootChainsRoot, rootDescription } from '#protocol/block/genesis.ts';
import { type AccountOwner, accountOwnerCodec } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { ResourcePolicy } from '#protocol/block/policy.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { amount } from '#protocol/primitives/numbers.ts';

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

/** The owners in the order that an ownership lists them in. */
export function inOrder<T>(owners: readonly T[], ownerIn: (one: T) => AccountOwner): readonly T[] {
  const bytesOf = (one: T) => encode(accountOwnerCodec, ownerIn(one));
  return owners.toSorted((a, b) => compareBytes(bytesOf(a), bytesOf(b)));
}

/**
 * Changes the ownership of the first chain; `owners` are those of the chains, in order. What comes
 * back may list them in any.
 */
export function firstChainOwned(
  change: (owners: readonly AccountOwner[]) => Partial<Ownership>,
): Reshape {
  return ({ header, rootChains }) => {
    const owners = rootChains.flatMap(({ ownership }) => ownership.superOwners);
    const [first, ...others] = rootChains as readonly [ChainConfig, ...ChainConfig[]];
    const changed = { ...first.ownership, ...change(owners) };
    const ownership = {
      ...changed,
      superOwners: inOrder(changed.superOwners, (owner) => owner),
      owners: inOrder(changed.owners, ({ owner }) => owner),
    };
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

/** Changes prices of the resource policy. */
export function priced(prices: Partial<Record<keyof ResourcePolicy['prices'], bigint>>): Reshape {
  return ({ header, rootChains }) => {
    const changed = Object.fromEntries(
      Object.entries(prices).map(([unit, price]) => [unit, amount(price)]),
    );
    const policy = { ...header.policy, prices: { ...header.policy.prices, ...changed } };
    return { header: { ...header, policy }, rootChains };
  };
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
