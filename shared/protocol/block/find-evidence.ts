import type { Committee } from '../committee/committee.ts';
import type { Hash } from '../crypto/hash.ts';
import type { SignatureCheck, Verdict } from '../crypto/signature.ts';
import { encode } from '../encoding/codec.ts';
import { compareBytes, nameOfBytes } from '../primitives/bytes.ts';
import {
  commitmentTo,
  confirmedPayload,
  type FullCertificate,
  type ValidatedCertificate,
  validatedPayload,
} from './certificate.ts';
import { isBrokenLock, isDoubleVote, judgeOpening } from './check-evidence.ts';
import type { Evidence } from './evidence.ts';
import { roundText } from './round.ts';
import { type Vote, type VotePayload, voteCodec, voteDigest } from './vote.ts';

/** A vote that a certificate holds. */
export interface CastVote {
  readonly seat: number;
  readonly vote: Vote;
  readonly check: SignatureCheck;
}

/** A full certificate with its votes as `votesIn` gives them, and the verdicts on them in order. */
export interface Testimony {
  readonly full: FullCertificate;
  readonly votes: readonly CastVote[];
  readonly verdicts: readonly Verdict[];
}

/** A member, and what convicts it. */
export interface Conviction {
  readonly seat: number;
  readonly evidence: Evidence;
}

/** All votes of members in a full certificate: those to confirm, and those of every opening. */
export function votesIn(
  { certificate, openings }: FullCertificate,
  committee: Committee,
): readonly CastVote[] {
  const digests = new Map<number | undefined, Uint8Array>();
  const confirming = certificate.signatures.flatMap(({ seat, opening, signature }) => {
    const payload = confirmedPayload(certificate, opening);
    const message = digests.get(opening) ?? voteDigest(payload);
    digests.set(opening, message);
    return castVote(committee, payload, { seat, message, signature });
  });
  const validating = openings.flatMap((opening) => {
    const payload = validatedPayload(opening);
    const message = voteDigest(payload);
    return opening.signatures.flatMap(({ seat, signature }) =>
      castVote(committee, payload, { seat, message, signature }),
    );
  });
  return [...confirming, ...validating];
}

/** Whether two certificates of one chain and height confirm two blocks. */
export function isConflict({ certificate: a }: FullCertificate, b: FullCertificate): boolean {
  const { chain, height, block } = b.certificate;
  return a.chain === chain && a.height === height && a.block !== block;
}

/**
 * Whom two conflicting certificates convict, each member once, by seat; none if they do not
 * conflict. The order of the two does not matter. If both are valid and hold all openings, the
 * convicted weigh at least the validity threshold, and none of them is honest:
 *
 * Say that X was confirmed in round c and Y in d ≥ c. If d = c, whoever signed both voted twice.
 * Otherwise Y was validated in d. That quorum shares members with the one of X, who broke their
 * lock unless it was unlocked by some u > c; then Y was validated in u as well, which comes before
 * d, or all of the quorum signed over an opening that is none.
 */
export function findEvidence(
  first: Testimony,
  second: Testimony,
  committee: Committee,
): readonly Conviction[] {
  if (!isConflict(first.full, second.full)) return [];
  const openings = new Map(
    [first, second].flatMap(({ full }) => full.openings.map((one) => [commitmentTo(one), one])),
  );
  const verdicts = new Map<string, Verdict>();
  const bySeat = new Map<number, Vote[]>();
  for (const { votes, verdicts: found } of [first, second]) {
    for (const [index, { seat, vote, check }] of votes.entries()) {
      const verdict = found[index] ?? 'undecided';
      if (verdict !== 'undecided') verdicts.set(checkText(check), verdict);
      if (verdict !== 'valid') continue;
      const cast = bySeat.get(seat) ?? [];
      bySeat.set(seat, cast);
      cast.push(vote);
    }
  }
  const hearing = { committee, openings, verdicts };
  const seats = [...bySeat].sort(([a], [b]) => a - b);
  return seats.flatMap(([seat, cast]) => {
    const votes = sorted(cast);
    const evidence = doubleVote(votes) ?? brokenLock(votes) ?? invalidOpening(votes, hearing);
    return evidence ? [{ seat, evidence }] : [];
  });
}

/** What the convicted weigh together. */
export function convictedWeight(convictions: readonly Conviction[], { seats }: Committee): bigint {
  return convictions.reduce((sum, { seat }) => sum + (seats[seat]?.weight ?? 0n), 0n);
}

function doubleVote(votes: readonly Vote[]): Evidence | undefined {
  const voted = new Map<string, Vote>();
  for (const vote of votes) {
    const { round, value } = vote.payload;
    const key = `${value.kind} ${roundText(round)}`;
    const first = voted.get(key) ?? vote;
    voted.set(key, first);
    if (isDoubleVote(first.payload, vote.payload)) {
      return { kind: 'double-vote', first, second: vote };
    }
  }
  return undefined;
}

function brokenLock(votes: readonly Vote[]): Evidence | undefined {
  for (const confirm of votes.filter(({ payload }) => payload.value.kind === 'confirm')) {
    const validate = votes.find(({ payload }) => isBrokenLock(confirm.payload, payload));
    if (validate) return { kind: 'broken-lock', confirm, validate };
  }
  return undefined;
}

interface Hearing {
  readonly committee: Committee;
  readonly openings: ReadonlyMap<Hash, ValidatedCertificate>;
  /** By `checkText`. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

function invalidOpening(
  votes: readonly Vote[],
  { committee, openings, verdicts }: Hearing,
): Evidence | undefined {
  for (const vote of votes) {
    const { value } = vote.payload;
    const commitment = value.kind === 'timeout' ? undefined : value.unlocking?.commitment;
    const opening = commitment && openings.get(commitment);
    if (!opening) continue;
    const judged = judgeOpening(vote.payload, opening, committee);
    const isForged =
      judged.kind === 'signatures' &&
      judged.checks.some((check) => verdicts.get(checkText(check)) === 'invalid');
    if (judged.kind === 'invalid' || isForged) return { kind: 'invalid-opening', vote, opening };
  }
  return undefined;
}

/** In an order that does not depend on where the votes were found. */
function sorted(votes: readonly Vote[]): readonly Vote[] {
  const encoded = votes.map((vote) => [encode(voteCodec, vote), vote] as const);
  return encoded.sort(([a], [b]) => compareBytes(a, b)).map(([, vote]) => vote);
}

function castVote(
  { seats }: Committee,
  payload: VotePayload,
  { seat, message, signature }: Signed,
): readonly CastVote[] {
  const publicKey = seats[seat]?.publicKey;
  if (!publicKey) return [];
  const vote = { payload, publicKey, signature };
  return [{ seat, vote, check: { publicKey, message, signature } }];
}

interface Signed extends Pick<SignatureCheck, 'message' | 'signature'> {
  readonly seat: number;
}

/** One text for each claim that somebody signed something. */
function checkText({ publicKey, message, signature }: SignatureCheck): string {
  const bytes = [publicKey.bytes, message, signature.bytes].map(nameOfBytes);
  return [publicKey.scheme, signature.scheme, ...bytes].join();
}
