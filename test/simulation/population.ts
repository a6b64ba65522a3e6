import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, ownerOf } from '#protocol/block/owner.ts';
import { type Ownership, ownershipCodec } from '#protocol/block/ownership.ts';
import type { BlockKey } from '#protocol/chain/decision.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import {
  devicesOf,
  type Key,
  keysFor,
  ownerKey,
  ownershipFor,
  type SimulatedChain,
  type SimulatedNetwork,
} from './genesis.ts';
import type { SimulatedCrypto } from './keyed-crypto.ts';
import type { ChainPlan } from './plans.ts';
import type { Random } from './random.ts';

/** Who is in a world: its chains, which become more, and the keys behind them. */
export interface Population {
  /** All chains, idle ones included, in the order in which they came to be known. */
  chains(): readonly ChainId[];
  driven(): readonly SimulatedChain[];
  /** Those who may have accounts. */
  people(): readonly AccountOwner[];
  /** How a chain with this plan may be owned, by keys that nobody had before. */
  conceive(plan: ChainPlan): Ownership;
  /** Calls `start` for each chain that somebody drives, now or when it is opened. */
  eachDriven(start: (chain: SimulatedChain) => void): void;
  /** A block opened a chain. */
  opened(chain: ChainId, config: ChainConfig, by: BlockKey): void;
}

export function newPopulation(
  { network, validators, chains: roots }: SimulatedNetwork,
  crypto: SimulatedCrypto,
  random: Random,
): Population {
  const all: ChainId[] = [...network.rootChains];
  const driven: SimulatedChain[] = [...roots];
  const people: AccountOwner[] = [...validators, ...roots.flatMap(({ keys }) => keys)].map(nameOf);
  const starters: ((chain: SimulatedChain) => void)[] = [];
  const conceived = new Map<string, { readonly plan: ChainPlan; readonly keys: readonly Key[] }>();
  const textOf = (ownership: Ownership) => nameOfBytes(encode(ownershipCodec, ownership));
  return {
    chains: () => all,
    driven: () => driven,
    people: () => people,
    eachDriven(start) {
      starters.push(start);
      for (const chain of driven) start(chain);
    },
    conceive(plan) {
      const keys = keysFor(plan, () => ownerKey(crypto, random));
      const ownership = ownershipFor(plan, keys);
      conceived.set(textOf(ownership), { plan, keys });
      return ownership;
    },
    opened(chain, { ownership }, opening) {
      all.push(chain);
      const found = conceived.get(textOf(ownership));
      if (!found) return;
      const { plan, keys } = found;
      people.push(...keys.map(nameOf));
      const child = { chain, plan, keys, devices: devicesOf(plan, keys, validators), opening };
      driven.push(child);
      for (const start of starters) start(child);
    },
  };
}

function nameOf({ signer }: Key): AccountOwner {
  return ownerOf(signer.publicKey);
}
