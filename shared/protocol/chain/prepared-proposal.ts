import { type AccountOwner, ownerOf } from '../block/owner.ts';
import {
  type BlockProposal,
  blockProposalCodec,
  proposalDigest,
  proposalHash,
} from '../block/proposal.ts';
import type { Hash } from '../crypto/hash.ts';
import { encode } from '../encoding/codec.ts';

/** A proposal with what follows from it alone, so that deciding again does not compute it again. */
export interface PreparedProposal {
  readonly proposal: BlockProposal;
  readonly proposer: AccountOwner;
  readonly bytes: Uint8Array;
  /** What the proposer signed. */
  readonly digest: Uint8Array;
  /** `proposalHash`: tells a repetition from another proposal. */
  readonly same: Hash;
}

export function prepareProposal(network: Hash, proposal: BlockProposal): PreparedProposal {
  const digest = proposalDigest(network, proposal);
  return {
    proposal,
    proposer: ownerOf(proposal.publicKey),
    bytes: encode(blockProposalCodec, proposal),
    digest,
    same: proposalHash(digest, proposal.publicKey),
  };
}
