import type { Client } from '#client/client.ts';
import { childrenOf } from '#client/wallet/adopt-children.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, ownerText } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';

/** A chain that the faucet opened for an owner, and the block that did. */
export interface Claimed {
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly block: Hash;
}

/** Who has a chain of the faucet already, as its own chain's blocks say: there is no other book. */
export interface Ledger {
  readonly size: () => number;
  claimed(owner: AccountOwner): Claimed | undefined;
  /** Reads the blocks below `next` that were not read yet; false if one is not to be had. */
  readTo(next: BlockHeight): Promise<boolean>;
}

export function newLedger(client: Pick<Client, 'block'>, chain: ChainId): Ledger {
  const byOwner = new Map<string, Claimed>();
  let read = 0n;
  return {
    size: () => byOwner.size,
    claimed: (owner) => byOwner.get(ownerText(owner)),
    async readTo(next) {
      while (read < next) {
        const height = blockHeight(read);
        const found = await client.block(chain, height);
        if (!found) return false;
        // Another reader may have been quicker.
        if (read !== height) continue;
        const { hash } = found.block;
        for (const { id, ownership } of childrenOf(found.block)) {
          const owner = soleOwner(ownership);
          const key = owner && ownerText(owner);
          if (key && !byOwner.has(key)) byOwner.set(key, { chain: id, height, block: hash });
        }
        read++;
      }
      return true;
    },
  };
}

/** The owner of a chain that is one person's. */
function soleOwner({ superOwners, owners }: Ownership): AccountOwner | undefined {
  const [sole, ...others] = superOwners;
  return others.length + owners.length === 0 ? sole : undefined;
}
