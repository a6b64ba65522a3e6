import type { Signer } from '#ports/signer.ts';
import { type AccountOwner, ownerText } from '#protocol/block/owner.ts';
import { isOwner, isSuperOwner } from '#protocol/block/ownership.ts';
import type { Round } from '#protocol/block/round.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { isLeader, type Place } from './may-propose.ts';

/**
 * The key that proposes on a chain: the one that the wallet names for it, if that may propose in
 * the round; else another key of the wallet that may, or that is an owner. Where multi-leader
 * rounds are open to all, any key will do. A key that is asked for signs, or none.
 */
export async function chooseSigner(
  { record, keyring }: Pick<Wallet, 'record' | 'keyring'>,
  place: Place,
  { round, as }: { readonly round: Round; readonly as: AccountOwner | undefined },
): Promise<Result<Signer, Rejection>> {
  const { chain, ownership } = place;
  const isOpen = ownership.openMultiLeader && ownership.multiLeaderRounds > 0;
  if (as !== undefined) {
    const signer = await keyring.signer(as);
    if (!signer.ok || isOpen || rankOf(place, as, round) > 0) return signer;
    return refuse('not-an-owner', ownerText(as), 'an owner of the chain');
  }
  const named = (await record(chain))?.owner;
  if (named !== undefined && rankOf(place, named, round) >= rankFor(round)) {
    return await keyring.signer(named);
  }
  let best = named;
  let rank = named === undefined ? 0 : rankOf(place, named, round);
  for (const owner of await keyring.owners()) {
    const other = rankOf(place, owner, round);
    if (other <= rank) continue;
    best = owner;
    rank = other;
  }
  if (best !== undefined && (rank > 0 || isOpen)) return await keyring.signer(best);
  if (named === undefined) {
    return refuse('not-our-chain', chain, 'a chain with a key in the wallet');
  }
  return refuse('not-an-owner', ownerText(named), 'an owner of the chain');
}

/** The rank at which no other key could do more. */
function rankFor({ kind }: Round): number {
  return kind === 'single-leader' ? 3 : kind === 'fast' ? 2 : 1;
}

function rankOf(place: Place, owner: AccountOwner, round: Round): number {
  if (isLeader(place, owner, round)) return 3;
  if (isSuperOwner(place.ownership, owner)) return 2;
  return isOwner(place.ownership, owner) ? 1 : 0;
}
