import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { type BlockProposal, proposalDigest, type Retry } from '#protocol/block/proposal.ts';
import type { Round } from '#protocol/block/round.ts';
import type { Hash } from '#protocol/crypto/hash.ts';

export interface Proposal {
  readonly block: Block;
  readonly round: Round;
  readonly retry: Retry;
}

/** The proposal of a block that was executed here: the claimed outcome is our own. */
export async function signProposal(
  network: Hash,
  signer: Signer,
  { block, round, retry }: Proposal,
): Promise<BlockProposal> {
  const outcome = outcomeHash(block.header);
  const content = { block: block.proposed, round, outcome, retry };
  const signature = await signer.sign(proposalDigest(network, content));
  return { ...content, publicKey: signer.publicKey, signature };
}
