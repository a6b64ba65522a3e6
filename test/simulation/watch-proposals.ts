import { isSameOwner, ownerOf, ownerText } from '#protocol/block/owner.ts';
import {
  isOwner,
  isRegularOwner,
  isSuperOwner,
  type Ownership,
} from '#protocol/block/ownership.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { roundText } from '#protocol/block/round.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import { leaderOf } from '#protocol/manager/leader.ts';
import type { Violated } from './invariant-failure.ts';

/** Who owns a chain at the height that a proposal is for, if that is known. */
export type OwnershipAt = (proposal: BlockProposal) => Ownership | undefined;

/** Looks at each proposal that an honest validator votes for: whose it is, and in which round. */
export function watchProposals(
  committee: Committee | undefined,
  ownershipAt: OwnershipAt,
  violated: Violated,
): (proposal: BlockProposal) => void {
  return (proposal) => {
    const ownership = ownershipAt(proposal);
    if (!ownership || mayPropose(ownership, committee, proposal)) return;
    const { block, round, publicKey } = proposal;
    const who = ownerText(ownerOf(publicKey));
    violated('who proposes may', `${who} in ${roundText(round)} of ${block.chain}`);
  };
}

function mayPropose(
  ownership: Ownership,
  committee: Committee | undefined,
  { block: { chain, height }, round, publicKey }: BlockProposal,
): boolean {
  const proposer = ownerOf(publicKey);
  const isSuper = isSuperOwner(ownership, proposer);
  switch (round.kind) {
    case 'fast':
      return isSuper;
    case 'multi-leader': {
      if (round.number >= ownership.multiLeaderRounds) return false;
      return isSuper || isRegularOwner(ownership, proposer) || ownership.openMultiLeader;
    }
    default: {
      const leader = leaderOf(ownership, committee, { chain, height, round });
      const isLeader = leader !== undefined && isSameOwner(leader, proposer);
      if (round.kind === 'validator') return isLeader;
      return isSuper || (isLeader && isOwner(ownership, proposer));
    }
  }
}
