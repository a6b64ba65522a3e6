import type { Block } from '#protocol/block/block.ts';
import { commitmentTo, type ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { BlockProposal, Retry } from '#protocol/block/proposal.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { compareRounds, isSameRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { type PublicKey, publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';

/** What one validator holds for a height, as far as signatures of others show it. */
export interface Claim {
  readonly weight: bigint;
  /** The round that it is in; none if nothing shows a later one than the first. */
  readonly round: Round | undefined;
  /** The latest round in which it voted or locked. */
  readonly voted: Round | undefined;
  /** The proposal that it voted for last. */
  readonly accepted: BlockProposal | undefined;
  /** Whether our last attempt got no vote of it. */
  readonly failed: boolean;
}

/** A block that a quorum validated, checked. */
export interface CheckedLock {
  readonly certificate: ValidatedCertificate;
  readonly block: Block;
}

/** A block that a super owner proposed in the fast round, checked. */
export interface CheckedFast {
  readonly block: Block;
  readonly retry: Extract<Retry, { kind: 'fast' }>;
}

/** A block in a round. */
export interface Candidate {
  readonly block: Block;
  readonly retry: Retry;
  readonly round: Round;
}

/** How to go on with a height that somebody else, or an earlier attempt, has begun. */
export type Move =
  /** Have a validated block confirmed in its own round. */
  | { readonly kind: 'finish'; readonly lock: CheckedLock }
  | ({ readonly kind: 'propose' } & Candidate)
  /** No multi-leader round is left. */
  | { readonly kind: 'exhausted' }
  /** Another round would not bring more votes either. */
  | { readonly kind: 'stuck' };

export interface HeightState {
  readonly claims: readonly Claim[];
  readonly totalVotes: bigint;
  readonly quorum: bigint;
  readonly ownership: Pick<Ownership, 'multiLeaderRounds'>;
  /** The newest. */
  readonly lock: CheckedLock | undefined;
  /** The one that most votes are for. */
  readonly fast: CheckedFast | undefined;
  readonly own: Block;
  readonly proposer: PublicKey;
  /** What was proposed in vain before, the last one last. */
  readonly attempted: readonly Candidate[];
  /** Confirming the lock in its round was tried, in vain. */
  readonly isLockTried: boolean;
}

/**
 * The order of taking over a height: the highest validated lock, else a fast proposal, else our
 * own block, in the first round that enough validators can still vote in. A round that failed is
 * left only if that helps: rounds are few, and a faulty validator must not use them up.
 *
 * Source: DESIGN, Rounds.
 */
export function nextMove(state: HeightState): Move {
  const { lock, fast, own, isLockTried } = state;
  if (lock && !isLockTried) {
    const passed = weigh(state.claims.filter((claim) => hasPassed(claim, lock)));
    if (state.totalVotes - passed >= state.quorum) return { kind: 'finish', lock };
  }
  if (lock) {
    const { certificate, block } = lock;
    return propose(state, block, { kind: 'validated', certificate, outcome: block.outcome });
  }
  return fast ? propose(state, fast.block, fast.retry) : propose(state, own, { kind: 'none' });
}

function propose(state: HeightState, block: Block, retry: Retry): Move {
  const { lock, claims, totalVotes, quorum, ownership, attempted } = state;
  const tried = attempted.map(keyOf);
  let isLeaving = false;
  let isOpen = false;
  for (let number = 0; number < ownership.multiLeaderRounds; number++) {
    const candidate = { block, retry, round: multiLeader(number) };
    if (lock && compareRounds(candidate.round, lock.certificate.round) <= 0) continue;
    const against = claims.filter((claim) => isClosed(state, claim, candidate));
    const mayOpen = totalVotes - weigh(against) >= quorum;
    if (mayOpen) isOpen = true;
    if (tried.includes(keyOf(candidate))) isLeaving = true;
    else if (isLeaving ? weigh(willing(state, candidate)) >= quorum : mayOpen) {
      return { kind: 'propose', ...candidate };
    }
  }
  return isOpen ? { kind: 'stuck' } : { kind: 'exhausted' };
}

/** Those that can be expected to vote for it: they voted last time, or had a reason not to. */
function willing(state: HeightState, candidate: Candidate): readonly Claim[] {
  const last = state.attempted.at(-1);
  return state.claims.filter((claim) => {
    const isExcused = !claim.failed || (last !== undefined && isClosed(state, claim, last));
    return isExcused && !isClosed(state, claim, candidate);
  });
}

/** Whether the validator has reason not to vote for the candidate. */
function isClosed({ proposer }: HeightState, claim: Claim, candidate: Candidate): boolean {
  const { round, voted, accepted } = claim;
  if (round && compareRounds(round, candidate.round) > 0) return true;
  if (!voted || compareRounds(voted, candidate.round) < 0) return false;
  // It votes again for what it voted for.
  return !(accepted && isSameProposal(accepted, candidate, proposer));
}

function isSameProposal(
  accepted: BlockProposal,
  { block, retry, round }: Candidate,
  proposer: PublicKey,
): boolean {
  return (
    isSameRound(accepted.round, round) &&
    proposedBlockHash(accepted.block) === proposedBlockHash(block.proposed) &&
    retryText(accepted.retry) === retryText(retry) &&
    equalBytes(encode(publicKeyCodec, accepted.publicKey), encode(publicKeyCodec, proposer))
  );
}

/** Whether the validator voted in a later round than the lock's, and so confirms it no more. */
function hasPassed({ voted }: Claim, { certificate: { round } }: CheckedLock): boolean {
  return voted !== undefined && compareRounds(voted, round) > 0;
}

function keyOf({ block, retry, round }: Candidate): string {
  const number = round.kind === 'fast' ? '' : round.number;
  return `${block.hash} ${retryText(retry)} ${round.kind}${number}`;
}

function retryText(retry: Retry): string {
  return retry.kind === 'validated' ? commitmentTo(retry.certificate) : retry.kind;
}

function weigh(claims: readonly Claim[]): bigint {
  return claims.reduce((sum, { weight }) => sum + weight, 0n);
}
