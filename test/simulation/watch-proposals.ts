import type { Block } from '#protocol/block/block.ts';
import { commitmentTo } from '#protocol/block/certificate.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { isSameOwner, ownerOf, ownerText } from '#protocol/block/owner.ts';
import {
  isOwner,
  isRegularOwner,
  isSuperOwner,
  type Ownership,
} from '#protocol/block/ownership.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { proposedBlockCodec } from '#protocol/block/proposed-block.ts';
import { roundText } from '#protocol/block/round.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { leaderOf } from '#protocol/manager/leader.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { Violated } from './invariant-failure.ts';

/** Who owns a chain at the height that a proposal is for, if that is known. */
export type OwnershipAt = (proposal: BlockProposal) => Ownership | undefined;

export interface ProposalWatch {
  /** Whoever holds the key says so. */
  signed(proposal: BlockProposal): void;
  /** An honest validator votes for it, and for which block. */
  admitted(proposal: BlockProposal, voted: Hash, clock: bigint): void;
  confirmed(block: Block): void;
}

/**
 * Looks at each proposal that an honest validator votes for: whether somebody signed it, whose it
 * is, in which round, and when.
 */
export function watchProposals(
  committee: Committee | undefined,
  ownershipAt: OwnershipAt,
  violated: Violated,
): ProposalWatch {
  const known = new Set<string>();
  const claims = new Map<Hash, Set<Hash>>();
  return {
    signed: (proposal) => void known.add(contentOf(proposal)),
    admitted(proposal, voted, clock) {
      const { block, round, retry, publicKey, outcome } = proposal;
      claims.set(voted, (claims.get(voted) ?? new Set()).add(outcome));
      const who = ownerText(ownerOf(publicKey));
      const about = `${who} in ${roundText(round)} at ${block.height} of ${block.chain}`;
      if (!known.has(contentOf(proposal))) violated('who proposes signed it', about);
      if (block.timestamp > clock) violated("a block's time has come", about);
      const { signer } = block;
      if (retry.kind === 'none' && signer && !isSameOwner(signer, ownerOf(publicKey))) {
        violated('who proposes signs for himself', about);
      }
      const ownership = ownershipAt(proposal);
      if (ownership && !mayPropose(ownership, committee, proposal)) {
        violated('who proposes may', about);
      }
    },
    confirmed({ hash, header }) {
      const outcome = outcomeHash(header);
      if ([...(claims.get(hash) ?? [])].some((claimed) => claimed !== outcome)) {
        violated('a proposer claims the outcome that there is', `${hash} has ${outcome}`);
      }
    },
  };
}

/** All that a proposer answers for. */
function contentOf({ block, round, outcome, retry, publicKey }: BlockProposal): string {
  const retried = retry.kind === 'validated' ? commitmentTo(retry.certificate) : 'nothing';
  const what = hexFromBytes(encode(proposedBlockCodec, block));
  const who = hexFromBytes(encode(publicKeyCodec, publicKey));
  return `${who} ${roundText(round)} ${what} ${outcome} ${retried}`;
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
