import { type Block, blockBodyCodec, blockFrom } from '../block/block.ts';
import { type BlockProposal, blockProposalCodec } from '../block/proposal.ts';
import type { Hash } from '../crypto/hash.ts';
import type { Held } from '../manager/held.ts';
import { readHeld, readPiece } from '../manager/read-held.ts';
import { assert } from '../primitives/assert.ts';
import { refuse } from '../primitives/rejection.ts';
import type { DecisionContext } from './decision.ts';
import { type Given, type Needs, type Refused, refused } from './decision.ts';
import { executeOver } from './execute-over.ts';
import { needsPieces, type OpenChain } from './open-chain.ts';

export type KnownValue = { readonly kind: 'block'; readonly block: Block } | Needs | Refused;

/** The executed block named `block`, if it was proposed or locked here at the next height. */
export function knownValue(
  context: DecisionContext,
  chain: OpenChain,
  { block, given }: { readonly block: Hash; readonly given: Given },
): KnownValue {
  const executed = given.executed(block);
  if (executed) return { kind: 'block', block: executed.block };
  const { accepted, lock } = chain.head.manager;
  if (accepted?.block === block) {
    return ofProposal(context, chain, { held: accepted.held, given });
  }
  if (lock?.block !== block) {
    return refused(refuse('value-unknown', block, 'the block itself').error);
  }
  switch (lock.value.kind) {
    case 'accepted':
      assert(accepted !== undefined, 'a lock on the accepted proposal has one');
      return ofProposal(context, chain, { held: accepted.held, given });
    case 'proposal': {
      const held: Held = { kind: 'piece', hash: lock.value.piece };
      return ofProposal(context, chain, { held, given });
    }
    case 'block': {
      const body = readPiece(blockBodyCodec, lock.value.piece, given.pieces);
      if (body.kind === 'absent') return needsPieces([body.piece]);
      return { kind: 'block', block: blockFrom(body.value.proposed, body.value.outcome) };
    }
  }
}

interface HeldProposal {
  readonly held: Held;
  readonly given: Given;
}

/** A held proposal was executed over the present tip when it was voted for, so it is again. */
function ofProposal(context: DecisionContext, chain: OpenChain, source: HeldProposal): KnownValue {
  const proposal = readHeld(blockProposalCodec, source.held, source.given.pieces);
  if (proposal.kind === 'absent') return needsPieces([proposal.piece]);
  return blockOfProposal(context, chain, { proposal: proposal.value, given: source.given });
}

/** The block that a proposal voted for at the present tip is for. */
export function blockOfProposal(
  context: Pick<DecisionContext, 'network'>,
  chain: OpenChain,
  {
    proposal: { block, retry },
    given,
  }: { readonly proposal: BlockProposal; readonly given: Given },
): KnownValue {
  if (retry.kind === 'validated') return { kind: 'block', block: blockFrom(block, retry.outcome) };
  const executed = executeOver(context, chain, { proposed: block, given });
  if (executed.kind !== 'executed') return executed;
  return { kind: 'block', block: executed.result.block };
}
