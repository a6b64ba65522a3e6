import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, isSameOwner } from '#protocol/block/owner.ts';
import { isRegularOwner, isSuperOwner, type Ownership } from '#protocol/block/ownership.ts';
import { compareRounds, isSameRound, type Round } from '#protocol/block/round.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import { leaderOf } from '#protocol/manager/leader.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';

/** A height, and who may propose there. */
export interface Place {
  readonly ownership: Ownership;
  readonly committee: Committee;
  readonly chain: ChainId;
  readonly height: BlockHeight;
}

/** Whether validators in the round `current` take a proposal of `proposer` in `round`. */
export function mayPropose(
  place: Place,
  proposer: AccountOwner,
  { current, round }: { readonly current: Round; readonly round: Round },
): boolean {
  const { ownership } = place;
  const superOwner = isSuperOwner(ownership, proposer);
  switch (round.kind) {
    case 'fast':
      return superOwner && current.kind === 'fast';
    case 'multi-leader':
      if (compareRounds(round, current) < 0 || round.number >= ownership.multiLeaderRounds) {
        return false;
      }
      if (superOwner || current.kind === 'fast') return superOwner;
      return ownership.openMultiLeader || isRegularOwner(ownership, proposer);
    case 'single-leader':
      return isSameRound(round, current) && (superOwner || isLeader(place, proposer, round));
    case 'validator':
      // Only validators propose in these, and they are not clients.
      return false;
  }
}

/** Whether the round is led by `proposer`. */
export function isLeader(
  { ownership, committee, chain, height }: Place,
  proposer: AccountOwner,
  round: Round,
): boolean {
  const leader = leaderOf(ownership, committee, { chain, height, round });
  return leader !== undefined && isSameOwner(leader, proposer);
}
