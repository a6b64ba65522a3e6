import type { Block } from '#protocol/block/block.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import { isRegularOwner, isSuperOwner, type Ownership } from '#protocol/block/ownership.ts';
import { childDescription } from '#protocol/block/published.ts';
import type { Wallet } from './wallet.ts';

/** A chain that a block opened. */
export interface Child {
  readonly id: ChainId;
  readonly ownership: Ownership;
}

export function childrenOf({ proposed }: Pick<Block, 'proposed'>): readonly Child[] {
  let index = 0;
  return proposed.transactions.flatMap((one) => {
    if (one.kind !== 'operation' || one.operation.kind !== 'open-chain') return [];
    const { config } = one.operation;
    const id = chainIdOf(childDescription(proposed, config, index++));
    return [{ id, ownership: config.ownership }];
  });
}

/** Lists the chains that a block opened for keys of this wallet; the ids of those that are new. */
export async function adoptChildren(
  wallet: Wallet,
  block: Pick<Block, 'proposed'>,
): Promise<readonly ChainId[]> {
  const adopted: ChainId[] = [];
  for (const { id, ownership } of childrenOf(block)) {
    if (await wallet.record(id)) continue;
    const owner = await ownerHere(wallet, ownership);
    if (!owner) continue;
    const added = await wallet.assignChain({ id, name: `chain-${id.slice(0, 12)}`, owner });
    if (added.ok) adopted.push(id);
  }
  return adopted;
}

/** An owner whose key is here, a super owner rather than another. */
export async function ownerHere(
  { keyring }: Pick<Wallet, 'keyring'>,
  ownership: Ownership,
): Promise<AccountOwner | undefined> {
  const owners = await keyring.owners();
  const superOwner = owners.find((owner) => isSuperOwner(ownership, owner));
  return superOwner ?? owners.find((owner) => isRegularOwner(ownership, owner));
}
