import { unlockingBy, validatedCertificateCodec } from '../block/certificate.ts';
import { type AccountOwner, ownerText } from '../block/owner.ts';
import { isOwner, isSuperOwner, type Ownership } from '../block/ownership.ts';
import type { BlockProposal, Retry } from '../block/proposal.ts';
import { compareRounds, fastRound, roundText } from '../block/round.ts';
import type { Hash } from '../crypto/hash.ts';
import { encode } from '../encoding/codec.ts';
import { assert } from '../primitives/assert.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { beside, hold, pieceHash } from './held.ts';
import type { Lock, LockValue, Manager, VoteDecision } from './manager.ts';
import { currentRound, lockRound } from './rounds.ts';

/** Why the rounds do not let a proposal be voted for. */
export type ProposeRejection = Rejection<
  | 'wrong-round'
  | 'not-an-owner'
  | 'not-supported'
  | 'round-already-voted'
  | 'not-above-lock'
  | 'confirmed-another-block'
>;

/** What the rounds look at before a proposal is executed. */
export interface ProposalRound {
  readonly proposal: Pick<BlockProposal, 'round'>;
  readonly proposer: AccountOwner;
}

/** Whether `proposer` may propose in this round now. Needs no signature and no execution. */
export function checkProposalRound(
  manager: Manager,
  ownership: Ownership,
  { proposal: { round }, proposer }: ProposalRound,
): Result<undefined, ProposeRejection> {
  const current = currentRound(manager, ownership);
  const superOwner = isSuperOwner(ownership, proposer);
  if (round.kind === 'single-leader' || round.kind === 'validator') {
    return refuse('not-supported', `a proposal in ${roundText(round)}`, 'a multi-leader round');
  }
  const open = round.kind === 'multi-leader' && ownership.openMultiLeader;
  if (!superOwner && !open && !isOwner(ownership, proposer)) {
    return refuse('not-an-owner', ownerText(proposer), 'an owner of the chain');
  }
  if (round.kind === 'fast' || current.kind === 'fast') {
    // Only a super owner may leave the fast round without a timeout.
    if (!superOwner) return refuse('not-an-owner', ownerText(proposer), 'a super owner');
  }
  if (round.kind === 'fast' && current.kind !== 'fast') {
    return refuse('wrong-round', 'fast', `${roundText(current)} or later`);
  }
  if (round.kind === 'multi-leader' && round.number >= ownership.multiLeaderRounds) {
    const rounds = `one of ${ownership.multiLeaderRounds} multi-leader rounds`;
    return refuse('wrong-round', roundText(round), rounds);
  }
  if (compareRounds(round, current) < 0) {
    return refuse('wrong-round', roundText(round), `${roundText(current)} or later`);
  }
  const { validate, lock } = manager;
  if (validate && compareRounds(round, validate.round) <= 0) {
    return refuse('round-already-voted', roundText(round), `after ${roundText(validate.round)}`);
  }
  if (lock && compareRounds(round, lockRound(lock)) <= 0) {
    return refuse('not-above-lock', roundText(round), `after ${roundText(lockRound(lock))}`);
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
  const accepted = { round, block, same, piece: pieceHash(bytes) };
  const kept = keepValue(manager, acceptable);
  const retried = retry.kind === 'validated' ? retriedLock(retry, kept) : undefined;
  const fast: Lock = { kind: 'fast', block, value: { kind: 'accepted' } };
  const lock = retried?.lock ?? (isFast(proposal) && kept?.kind !== 'validated' ? fast : kept);
  const unlocking = retry.kind === 'validated' ? unlockingBy(retry.certificate) : undefined;
  const decision: VoteDecision = { round, block, unlocking };
  const voted = round.kind === 'fast' ? { confirm: decision } : { validate: decision };
  return {
    manager: { ...manager, lock, accepted, ...voted },
    pieces: retried ? [bytes, ...beside(retried.bytes)] : [bytes],
  };
}

function isFast({ round, retry }: BlockProposal): boolean {
  return round.kind === fastRound.kind || retry.kind === 'fast';
}

/** The lock that a retried certificate gives, unless the present one is as new. */
function retriedLock(
  { certificate }: Extract<Retry, { kind: 'validated' }>,
  present: Lock | undefined,
): { readonly lock: Lock; readonly bytes: Uint8Array } | undefined {
  const { round, block } = certificate;
  if (present && compareRounds(round, lockRound(present)) <= 0) return undefined;
  const bytes = encode(validatedCertificateCodec, certificate);
  const value: LockValue = { kind: 'accepted' };
  return { lock: { kind: 'validated', round, block, certificate: hold(bytes), value }, bytes };
}

/** The present lock, its value moved where the next accepted proposal cannot replace it. */
function keepValue({ lock, accepted }: Manager, { proposal, block }: Acceptable): Lock | undefined {
  if (lock?.value.kind !== 'accepted') return lock;
  const sameBlock = lock.block === block;
  if (sameBlock && (lock.kind === 'validated' || proposal.retry.kind === 'fast')) return lock;
  assert(accepted !== undefined, 'a lock on the accepted proposal has one');
  return { ...lock, value: { kind: 'proposal', piece: accepted.piece } };
}
