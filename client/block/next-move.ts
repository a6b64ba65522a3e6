import type { Block } from '#protocol/block/block.ts';
import { commitmentTo, type ValidatedCertificate } from '#protocol/block/certificate.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import type { BlockProposal, Retry } from '#protocol/block/proposal.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import {
  compareRounds,
  isSameRound,
  laterRound,
  multiLeader,
  type Round,
} from '#protocol/block/round.ts';
import { type PublicKey, publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { mayPropose, type Place } from './may-propose.ts';

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
  /** Only others can go on in the round, or time. */
  | { readonly kind: 'await'; readonly round: Round }
  /** Another round would not bring more votes either. */
  | { readonly kind: 'stuck' };

export interface HeightState {
  readonly place: Place;
  readonly claims: readonly Claim[];
  /** The latest round that certificates open, or the first. */
  readonly opened: Round;
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
  const { lock, isLockTried, place, opened } = state;
  if (lock && !isLockTried && compareRounds(opened, lock.certificate.round) <= 0) {
    const passed = weigh(state.claims.filter((claim) => hasPassed(claim, lock)));
    const { totalVotes, quorum } = place.committee;
    if (totalVotes - passed >= quorum) return { kind: 'finish', lock };
  }
  const content = contentOf(state);
  return opened.kind === 'fast' || opened.kind === 'multi-leader'
    ? proposeFree(state, content)
    : proposeLed(state, content);
}

/** A block, and what allows it to be proposed. */
type Content = Omit<Candidate, 'round'>;

function contentOf({ lock, fast, own }: HeightState): Content {
  if (!lock) return fast ?? { block: own, retry: { kind: 'none' } };
  const { certificate, block } = lock;
  return { block, retry: { kind: 'validated', certificate, outcome: block.outcome } };
}

/** In a multi-leader round, of which proposals may open any that is not over. */
function proposeFree(state: HeightState, content: Content): Move {
  const { claims, attempted, place } = state;
  const { totalVotes, quorum } = place.committee;
  const rounds = place.ownership.multiLeaderRounds;
  const reached = reachedRound(state);
  const tried = new Set(attempted.map(keyOf));
  let isLeaving = false;
  let isOpen = false;
  for (let number = 0; number < rounds; number++) {
    const candidate = { ...content, round: multiLeader(number) };
    if (!mayTry(state, reached, candidate)) continue;
    const against = claims.filter((claim) => isClosed(state, claim, candidate));
    const mayOpen = totalVotes - weigh(against) >= quorum;
    if (mayOpen) isOpen = true;
    if (tried.has(keyOf(candidate))) isLeaving = true;
    else if (isLeaving ? weigh(willing(state, candidate)) >= quorum : mayOpen) {
      return { kind: 'propose', ...candidate };
    }
  }
  const excused = claims.filter((claim) => isExcused(state, claim));
  if (isOpen && weigh(excused) < quorum) return { kind: 'stuck' };
  // Those in earlier rounds are lifted to the last one, so that all can give it up together.
  const last = { ...content, round: multiLeader(rounds - 1) };
  const isLifting = compareRounds(reached, last.round) < 0 && !tried.has(keyOf(last));
  if (rounds > 0 && isLifting && mayTry(state, reached, last)) return { kind: 'propose', ...last };
  return { kind: 'await', round: reached };
}

/** In a single-leader round, which certificates alone open, and where one attempt is made. */
function proposeLed(state: HeightState, content: Content): Move {
  const { claims, attempted, opened, place } = state;
  const candidate = { ...content, round: opened };
  const { totalVotes, quorum } = place.committee;
  const against = claims.filter((claim) => isClosed(state, claim, candidate));
  const isFirst = !attempted.some((one) => keyOf(one) === keyOf(candidate));
  const mayOpen = totalVotes - weigh(against) >= quorum;
  if (isFirst && mayOpen && mayTry(state, opened, candidate))
    return { kind: 'propose', ...candidate };
  return { kind: 'await', round: opened };
}

/** Whether the rules let us propose it, once validators know what we know. */
function mayTry(
  { place, proposer, lock, opened }: HeightState,
  reached: Round,
  { round }: Candidate,
): boolean {
  if (lock && compareRounds(round, lock.certificate.round) <= 0) return false;
  // Those that are behind what a quorum has reached take what their own round admits.
  const current = compareRounds(round, reached) < 0 ? opened : reached;
  return mayPropose(place, ownerOf(proposer), { current, round });
}

/** The latest round that a quorum has reached: its members can give it up. */
export function reachedRound({
  claims,
  opened,
  place,
}: Pick<HeightState, 'claims' | 'opened' | 'place'>): Round {
  let weight = 0n;
  const latestFirst = claims.toSorted((a, b) =>
    compareRounds(b.round ?? opened, a.round ?? opened),
  );
  for (const claim of latestFirst) {
    weight += claim.weight;
    if (weight >= place.committee.quorum) return laterRound(opened, claim.round ?? opened);
  }
  return opened;
}

/** Those that can be expected to vote for it. */
function willing(state: HeightState, candidate: Candidate): readonly Claim[] {
  return state.claims.filter(
    (claim) => isExcused(state, claim) && !isClosed(state, claim, candidate),
  );
}

/** Whether it voted last time, or had a reason not to. */
function isExcused(state: HeightState, claim: Claim): boolean {
  const last = state.attempted.at(-1);
  return !claim.failed || (last !== undefined && isClosed(state, claim, last));
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

/** Whether the validator is in a later round than the lock's, and so confirms it no more. */
function hasPassed(claim: Claim, { certificate: { round } }: CheckedLock): boolean {
  return claim.round !== undefined && compareRounds(claim.round, round) > 0;
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
