import type { BlobId } from '../block/blob.ts';
import { isSameRound } from '../block/round.ts';
import type { VotePayload } from '../block/vote.ts';
import type { Executed } from '../execution/execute-block.ts';
import type { Manager, VoteDecision } from '../manager/manager.ts';
import { assert } from '../primitives/assert.ts';
import type { Decision, Step } from './decision.ts';
import type { ChainHead } from './head.ts';
import type { OpenChain } from './open-chain.ts';
import { infoOf } from './read-info.ts';

/** A step that changes nothing: the decision was made before. */
export function unchangedStep(chain: OpenChain): Step {
  return {
    kind: 'step',
    head: undefined,
    pieces: [],
    nodes: new Map(),
    block: undefined,
    rows: [],
    heldBlobs: [],
    published: [],
    spentRows: [],
    passedOver: [],
    vote: undefined,
    executed: undefined,
    info: infoOf(chain.head, chain.view, chain.settings),
  };
}

/** What a change of the manager gives, and which of its votes is to be signed. */
export interface ManagerChange {
  readonly manager: Manager;
  readonly pieces: readonly Uint8Array[];
  readonly kind: 'validate' | 'confirm' | 'none';
  readonly executed: Executed | undefined;
  readonly heldBlobs?: readonly BlobId[];
}

/** The step that saves a changed manager, and signs the vote that it records. */
export function votedStep(chain: OpenChain, change: ManagerChange): Step {
  const head: ChainHead = { ...chain.head, manager: change.manager };
  const changed = { ...chain, head };
  return {
    ...unchangedStep(changed),
    head,
    pieces: change.pieces,
    nodes: chain.unsaved,
    heldBlobs: change.heldBlobs ?? [],
    vote: change.kind === 'none' ? undefined : recordedVote(changed, change.kind),
    executed: change.executed,
  };
}

/**
 * The vote that was decided for the accepted proposal, signed once more; none if a later
 * certificate has put another in its place.
 */
export function replayProposal(chain: OpenChain): Decision {
  const { manager } = chain.head;
  const { accepted } = manager;
  assert(accepted !== undefined, 'a repeated proposal was accepted');
  const kind = accepted.round.kind === 'fast' ? 'confirm' : 'validate';
  const decided = manager[kind];
  const stands = decided?.block === accepted.block && isSameRound(decided.round, accepted.round);
  return { ...unchangedStep(chain), vote: stands ? recordedVote(chain, kind) : undefined };
}

/** The payload of a vote, from the decision that the head records. */
export function recordedVote(
  { head, settings }: OpenChain,
  kind: 'validate' | 'confirm',
): VotePayload {
  const decision: VoteDecision | undefined = head.manager[kind];
  assert(decision !== undefined, `a ${kind} vote was decided`);
  const { round, block, unlocking } = decision;
  const value = { kind, block, unlocking };
  return { chain: head.chain, height: head.next, epoch: settings.epoch, round, value };
}
