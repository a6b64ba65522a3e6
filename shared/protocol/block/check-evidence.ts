import type { Committee } from '../committee/committee.ts';
import { seatOf } from '../committee/committee.ts';
import { isSameKey, type SignatureCheck, type Verdict } from '../crypto/signature.ts';
import type { Epoch } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { commitmentTo, type ValidatedCertificate } from './certificate.ts';
import { validatedChecks } from './check-certificate.ts';
import type { Evidence } from './evidence.ts';
import { compareRounds, isSameRound, type Round, roundText } from './round.ts';
import { type Vote, type VotePayload, type VoteValue, voteDigest } from './vote.ts';

/** Why votes convict nobody: an honest validator may have cast them, or they are of no member. */
export type EvidenceRejection = Rejection<'not-evidence'>;

/** What evidence comes to: whom it convicts, once the signatures left to check say so. */
export interface Charge {
  /** The convicted member's seat in the committee of the epoch that it voted in. */
  readonly seat: number;
  /** The votes' own: each must be valid. */
  readonly votes: readonly SignatureCheck[];
  /** Those of an opening that is a quorum unless one of them is invalid; none otherwise. */
  readonly opening: readonly SignatureCheck[];
}

/** The committee of an epoch, if it is known. */
export type CommitteeOf = (epoch: Epoch) => Committee | undefined;

/** Whom `evidence` convicts. What an honest validator may sign convicts nobody. */
export function checkEvidence(
  evidence: Evidence,
  committeeOf: CommitteeOf,
): Result<Charge, EvidenceRejection> {
  switch (evidence.kind) {
    case 'double-vote': {
      const { first, second } = evidence;
      if (!isDoubleVote(first.payload, second.payload)) {
        return innocent('votes that do not exclude each other', 'one round and kind, two blocks');
      }
      return chargeOf([first, second], committeeOf);
    }
    case 'broken-lock': {
      const { confirm, validate } = evidence;
      if (!isBrokenLock(confirm.payload, validate.payload)) {
        return innocent('a lock that was kept or released', 'another block, unlocked too early');
      }
      return chargeOf([confirm, validate], committeeOf);
    }
    case 'invalid-opening':
      return openingCharge(evidence.vote, evidence.opening, committeeOf);
  }
}

/** Whether the charge stands. A signature that is undecided convicts nobody. */
export function isConvicted(
  charge: Charge,
  verdicts: { readonly votes: readonly Verdict[]; readonly opening: readonly Verdict[] },
): boolean {
  if (verdicts.votes.length !== charge.votes.length) return false;
  if (verdicts.votes.some((verdict) => verdict !== 'valid')) return false;
  return charge.opening.length === 0 || verdicts.opening.includes('invalid');
}

/** Same chain, height, round and kind, but two blocks. */
export function isDoubleVote(first: VotePayload, second: VotePayload): boolean {
  const [one, other] = [first.value, second.value];
  if (one.kind === 'timeout' || other.kind === 'timeout') return false;
  if (!isSameHeight(first, second) || one.kind !== other.kind) return false;
  return isSameRound(first.round, second.round) && one.block !== other.block;
}

/** Confirmed one block in round c, and validated another in r, unlocked by u with u ≤ c < r. */
export function isBrokenLock(confirm: VotePayload, validate: VotePayload): boolean {
  const [locked, broke] = [confirm.value, validate.value];
  if (locked.kind !== 'confirm' || broke.kind !== 'validate') return false;
  if (!isSameHeight(confirm, validate) || locked.block === broke.block) return false;
  if (compareRounds(confirm.round, validate.round) >= 0) return false;
  return !broke.unlocking || compareRounds(broke.unlocking.round, confirm.round) <= 0;
}

/** What of an opening is left to check, or that it releases no such vote whoever signed it. */
export type OpeningJudgement =
  | { readonly kind: 'invalid' }
  | { readonly kind: 'signatures'; readonly checks: readonly SignatureCheck[] };

/** Whether the certificate that a vote commits to could have released it. */
export function judgeOpening(
  { chain, height, epoch, round, value }: VotePayload,
  opening: ValidatedCertificate,
  committee: Committee,
): OpeningJudgement {
  if (value.kind === 'timeout' || !value.unlocking) return { kind: 'invalid' };
  const about = [opening.chain, opening.height, opening.epoch, opening.block];
  const wanted = [chain, height, epoch, value.block];
  if (about.join() !== wanted.join()) return { kind: 'invalid' };
  if (!isSameRound(opening.round, value.unlocking.round)) return { kind: 'invalid' };
  if (!isUnlockable(value.kind, round, opening.round)) return { kind: 'invalid' };
  const checks = validatedChecks(opening, committee);
  return checks.ok ? { kind: 'signatures', checks: checks.value } : { kind: 'invalid' };
}

function isUnlockable(kind: VoteValue['kind'], round: Round, unlocking: Round): boolean {
  const order = compareRounds(unlocking, round);
  return kind === 'confirm' ? order === 0 : order < 0;
}

function openingCharge(
  vote: Vote,
  opening: ValidatedCertificate,
  committeeOf: CommitteeOf,
): Result<Charge, EvidenceRejection> {
  const { value, epoch } = vote.payload;
  const unlocking = value.kind === 'timeout' ? undefined : value.unlocking;
  if (unlocking?.commitment !== commitmentTo(opening)) {
    return innocent('another certificate', 'the one that the vote itself commits to');
  }
  const charge = chargeOf([vote], committeeOf);
  const committee = committeeOf(epoch);
  if (!charge.ok || !committee) return charge;
  const judged = judgeOpening(vote.payload, opening, committee);
  if (judged.kind === 'invalid') return charge;
  return ok({ ...charge.value, opening: judged.checks });
}

function chargeOf(
  votes: readonly [Vote, ...Vote[]],
  committeeOf: CommitteeOf,
): Result<Charge, EvidenceRejection> {
  const [{ publicKey, payload }] = votes;
  if (votes.some((vote) => !isSameKey(vote.publicKey, publicKey))) {
    return innocent('votes of two keys', 'votes of one key');
  }
  const committee = committeeOf(payload.epoch);
  const seat = committee && seatOf(committee, publicKey);
  if (seat === undefined) {
    const when = `${roundText(payload.round)} of epoch ${payload.epoch}`;
    return innocent(`a key without a seat in ${when}`, 'a key of the committee');
  }
  return ok({ seat, votes: votes.map(signatureOn), opening: [] });
}

function signatureOn({ payload, publicKey, signature }: Vote): SignatureCheck {
  return { publicKey, message: voteDigest(payload), signature };
}

function isSameHeight(a: VotePayload, b: VotePayload): boolean {
  return a.chain === b.chain && a.height === b.height;
}

function innocent(found: string, expected: string) {
  return refuse('not-evidence', found, expected);
}
