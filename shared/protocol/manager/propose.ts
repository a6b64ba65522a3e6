import { unlockingBy, validatedCertificateCodec } from '../block/certificate.ts';
import type { ChainId } from '../block/chain-id.ts';
import { type AccountOwner, isSameOwner, ownerText } from '../block/owner.ts';
import { isOwner, isRegularOwner, isSuperOwner, type Ownership } from '../block/ownership.ts';
import type { BlockProposal, Retry } from '../block/proposal.ts';
import { compareRounds, fastRound, isSameRound, roundText } from '../block/round.ts';
import { type Committee, seatOf } from '../committee/committee.ts';
import type { Hash } from '../crypto/hash.ts';
import { encode } from '../encoding/codec.ts';
import { assert } from '../primitives/assert.ts';
import type { BlockHeight } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { beside, hold, pieceHash } from './held.ts';
import { leaderOf } from './leader.ts';
import type { Lock, Manager, VoteDecision } from './manager.ts';
import { openingsBeside } from './openings.ts';
import { currentRound, lockRound } from './rounds.ts';

/** Why the rounds do not let a proposal be voted for. */
export type ProposeRejection = Rejection<
  | 'wrong-round'
  | 'not-an-owner'
  | 'not-the-leader'
  | 'round-already-voted'
  | 'not-above-lock'
  | 'confirmed-another-block'
>;

/** The height that is proposed for, and who may propose there. */
export interface ProposalPlace {
  readonly ownership: Ownership;
  /** Of the chain's epoch; only validator rounds ask it. */
  readonly committee: Committee | undefined;
  readonly chain: ChainId;
  readonly height: BlockHeight;
}

/** What the rounds look at before a proposal is executed. */
export interface ProposalRound {
  readonly proposal: Pick<BlockProposal, 'round' | 'publicKey'>;
  /** `ownerOf` the proposal's key. */
  readonly proposer: AccountOwner;
}

/** Whether `proposer` may propose in this round now. Needs no signature and no execution. */
export function checkProposalRound(
  manager: Manager,
  place: ProposalPlace,
  proposed: ProposalRound,
): Result<undefined, ProposeRejection> {
  const { round } = proposed.proposal;
  const open =
    round.kind === 'single-leader' || round.kind === 'validator'
      ? checkLedRound(manager, place, proposed)
      : checkFreeRound(manager, place, proposed);
  if (!open.ok) return open;
  const { validate, lock } = manager;
  if (validate && compareRounds(round, validate.round) <= 0) {
    return refuse('round-already-voted', roundText(round), `after ${roundText(validate.round)}`);
  }
  if (lock && compareRounds(round, lockRound(lock)) <= 0) {
    return refuse('not-above-lock', roundText(round), `after ${roundText(lockRound(lock))}`);
  }
  return ok(undefined);
}

/** Fast and multi-leader rounds: a proposal may open any that is not over. */
function checkFreeRound(
  manager: Manager,
  { ownership }: ProposalPlace,
  { proposal: { round }, proposer }: ProposalRound,
): Result<undefined, ProposeRejection> {
  const current = currentRound(manager, ownership);
  const superOwner = isSuperOwner(ownership, proposer);
  const open = round.kind === 'multi-leader' && ownership.openMultiLeader;
  if (!superOwner && !open && !isRegularOwner(ownership, proposer)) {
    return refuse('not-an-owner', ownerText(proposer), 'an owner of the chain');
  }
  if (round.kind === 'fast' || current.kind === 'fast') {
    // Only a super owner may leave the fast round without a timeout.
    if (!superOwner) return refuse('not-an-owner', ownerText(proposer), 'a super owner');
  }
  if (round.kind === 'multi-leader' && round.number >= ownership.multiLeaderRounds) {
    const rounds = `one of ${ownership.multiLeaderRounds} multi-leader rounds`;
    return refuse('wrong-round', roundText(round), rounds);
  }
  if (compareRounds(round, current) < 0) {
    return refuse('wrong-round', roundText(round), `${roundText(current)} or later`);
  }
  return ok(undefined);
}

/** Single-leader and validator rounds: opened by timeout certificates alone, and led. */
function checkLedRound(
  manager: Manager,
  place: ProposalPlace,
  { proposal: { round, publicKey }, proposer }: ProposalRound,
): Result<undefined, ProposeRejection> {
  const { ownership, committee, chain, height } = place;
  const ofValidators = round.kind === 'validator';
  const eligible = ofValidators
    ? committee !== undefined && seatOf(committee, publicKey) !== undefined
    : isOwner(ownership, proposer);
  if (!eligible) {
    const expected = ofValidators ? 'a validator of the committee' : 'an owner of the chain';
    return refuse('not-an-owner', ownerText(proposer), expected);
  }
  const current = currentRound(manager, ownership);
  if (!isSameRound(round, current)) {
    return refuse('wrong-round', roundText(round), roundText(current));
  }
  if (!ofValidators && isSuperOwner(ownership, proposer)) return ok(undefined);
  const leader = leaderOf(ownership, committee, { chain, height, round });
  if (!leader || !isSameOwner(leader, proposer)) {
    return refuse('not-the-leader', ownerText(proposer), leader ? ownerText(leader) : 'nobody');
  }
  return ok(undefined);
}

/**
 * Whether what was voted to confirm lets `block` be validated. Votes convict whoever validates
 * another block after a confirmation without a newer quorum, so such a proposal is refused.
 */
export function checkConfirmVote(
  { confirm }: Manager,
  retry: Retry,
  block: Hash,
): Result<undefined, ProposeRejection> {
  if (!confirm) return ok(undefined);
  const same = confirm.block === block;
  if (retry.kind === 'fast' && same && confirm.round.kind === 'fast') return ok(undefined);
  if (retry.kind === 'validated') {
    const newer = compareRounds(retry.certificate.round, confirm.round);
    if (newer > 0 || (newer === 0 && same)) return ok(undefined);
  }
  const voted = `a retry of ${confirm.block}, confirmed in ${roundText(confirm.round)}`;
  return refuse('confirmed-another-block', `${retry.kind} retry for ${block}`, voted);
}

/** A proposal that passed every check, with its executed block. */
export interface Acceptable {
  readonly proposal: BlockProposal;
  /** `blockProposalCodec`'s encoding of it. */
  readonly bytes: Uint8Array;
  readonly block: Hash;
  readonly same: Hash;
}

/** The manager after voting for `acceptable`, and the bytes it holds beside the head. */
export function acceptProposal(
  manager: Manager,
  acceptable: Acceptable,
): { readonly manager: Manager; readonly pieces: readonly Uint8Array[] } {
  const { proposal, bytes, block, same } = acceptable;
  const { round, retry } = proposal;
  const accepted = { round, block, same, held: hold(bytes) };
  const { lock: kept, left } = keepValue(manager, acceptable);
  const certificate =
    retry.kind === 'validated' ? encode(validatedCertificateCodec, retry.certificate) : undefined;
  const retried = certificate && retriedLock(proposal, kept, certificate);
  const fast: Lock = { kind: 'fast', block, value: { kind: 'accepted' } };
  const lock = retried ?? (isFast(proposal) && kept?.kind !== 'validated' ? fast : kept);
  const openings = openingsBeside({ before: manager.lock, after: lock, certificate });
  const pieces = [...beside(bytes), ...left, ...openings];
  const unlocking = retry.kind === 'validated' ? unlockingBy(retry.certificate) : undefined;
  const decision: VoteDecision = { round, block, unlocking };
  const voted = round.kind === 'fast' ? { confirm: decision } : { validate: decision };
  return { manager: { ...manager, lock, accepted, ...voted }, pieces };
}

function isFast({ round, retry }: BlockProposal): boolean {
  return round.kind === fastRound.kind || retry.kind === 'fast';
}

/** The lock that a retried certificate gives, unless the present one is as new. */
function retriedLock(
  { retry }: BlockProposal,
  present: Lock | undefined,
  bytes: Uint8Array,
): Lock | undefined {
  if (retry.kind !== 'validated') return undefined;
  const { round, block } = retry.certificate;
  if (present && compareRounds(round, lockRound(present)) <= 0) return undefined;
  return { kind: 'validated', round, block, certificate: hold(bytes), value: { kind: 'accepted' } };
}

/** A lock whose value the next accepted proposal cannot replace, and what leaves the head for it. */
interface KeptLock {
  readonly lock: Lock | undefined;
  readonly left: readonly Uint8Array[];
}

/** The present lock, its value moved where the next accepted proposal cannot replace it. */
function keepValue({ lock, accepted }: Manager, { proposal, block }: Acceptable): KeptLock {
  if (lock?.value.kind !== 'accepted') return { lock, left: [] };
  const sameBlock = lock.block === block;
  const staysSame = lock.kind === 'validated' || proposal.retry.kind === 'fast';
  if (sameBlock && staysSame) return { lock, left: [] };
  assert(accepted !== undefined, 'a lock on the accepted proposal has one');
  const { held } = accepted;
  const piece = held.kind === 'inline' ? pieceHash(held.bytes) : held.hash;
  const left = held.kind === 'inline' ? [held.bytes] : [];
  return { lock: { ...lock, value: { kind: 'proposal', piece } }, left };
}
