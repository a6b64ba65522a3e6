import type { Block } from '#protocol/block/block.ts';
import type { ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { Retry } from '#protocol/block/proposal.ts';
import { compareRounds, laterRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';

/** What one validator holds for a height. Its claims are hints: it may lie. */
export interface Claim {
  readonly weight: bigint;
  readonly info: ChainInfo;
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

/** How to go on with a height that somebody else, or an earlier attempt, has begun. */
export type Move =
  /** Have a validated block confirmed in its own round. */
  | { readonly kind: 'finish'; readonly lock: CheckedLock }
  | {
      readonly kind: 'propose';
      readonly block: Block;
      readonly retry: Retry;
      readonly round: Round;
    }
  /** No multi-leader round is left. */
  | { readonly kind: 'exhausted' };

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
  /** Confirming the lock in its round was tried, in vain. */
  readonly isLockTried: boolean;
}

/**
 * The order of taking over a height: the highest validated lock, else a fast proposal, else our
 * own block, in the first round that enough validators can still vote in. Claims of a minority
 * too small to stop a quorum count for nothing.
 *
 * Source: DESIGN, Rounds.
 */
export function nextMove(state: HeightState): Move {
  const { lock, fast, own, isLockTried } = state;
  if (lock && !isLockTried && isPassable(state, (claim) => hasPassed(claim, lock))) {
    return { kind: 'finish', lock };
  }
  const round = openRound(state);
  if (!round) return { kind: 'exhausted' };
  if (lock) {
    const { certificate, block } = lock;
    const retry: Retry = { kind: 'validated', certificate, outcome: block.outcome };
    return { kind: 'propose', block, retry, round };
  }
  if (fast) return { kind: 'propose', block: fast.block, retry: fast.retry, round };
  return { kind: 'propose', block: own, retry: { kind: 'none' }, round };
}

function openRound(state: HeightState): Round | undefined {
  const { ownership, lock } = state;
  for (let number = 0; number < ownership.multiLeaderRounds; number++) {
    const round = multiLeader(number);
    if (lock && compareRounds(round, lock.certificate.round) <= 0) continue;
    if (isPassable(state, (claim) => isClosed(claim, round))) return round;
  }
  return undefined;
}

/** Whether those that object are too few to stop a quorum. */
function isPassable(
  { claims, totalVotes, quorum }: HeightState,
  objects: (claim: Claim) => boolean,
): boolean {
  const against = claims.filter(objects).reduce((sum, { weight }) => sum + weight, 0n);
  return totalVotes - against >= quorum;
}

/** Whether the validator says that it votes for no new proposal in `round`. */
function isClosed({ info }: Claim, round: Round): boolean {
  if (compareRounds(info.round, round) > 0) return true;
  const voted = votedRound(info);
  return voted !== undefined && compareRounds(voted, round) >= 0;
}

/** Whether the validator voted in a later round than the lock's, and so confirms it no more. */
function hasPassed({ info }: Claim, { certificate: { round } }: CheckedLock): boolean {
  const voted = votedRound(info);
  return voted !== undefined && compareRounds(voted, round) > 0;
}

/** The latest round in which the validator voted or locked. */
function votedRound({ pending }: ChainInfo): Round | undefined {
  if (!pending) return undefined;
  const { accepted, validate, locked } = pending;
  const rounds = [accepted?.round, validate?.payload.round];
  if (locked?.kind === 'validated') rounds.push(locked.certificate.round);
  return rounds.reduce((a, b) => (a && b ? laterRound(a, b) : (a ?? b)), undefined);
}
