import { hash } from 'node:crypto';
import {
  type ConfirmedCertificate,
  commitmentTo,
  type ValidatedCertificate,
  validatedPayload,
} from '#protocol/block/certificate.ts';
import {
  type Conviction,
  findEvidence,
  type Testimony,
  votesIn,
} from '#protocol/block/find-evidence.ts';
import { fullCertificate } from '#protocol/block/full-certificate.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import { type Unlocking, type Vote, type VotePayload, voteDigest } from '#protocol/block/vote.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { PublicKey, Signature, SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';
import { concatBytes, equalBytes } from '#protocol/primitives/bytes.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { committeeOf } from './certificates.ts';
import { chainNamed, hashNamed, height } from './store-values.ts';

/** What all votes here are about, unless said otherwise. */
export const subject = { chain: chainNamed('chain'), height: height(3), epoch: epoch(0) };
export const [blockX, blockY] = [hashNamed('block X'), hashNamed('block Y')];

/** A committee that signs whatever a test asks, at once, with hashes in place of signatures. */
export interface SwornCommittee {
  readonly committee: Committee;
  vote(seat: number, payload: VotePayload): Vote;
  validated(seats: readonly number[], what: Partial<ValidatedCertificate>): ValidatedCertificate;
  /** Each seat's vote commits to the quorum beside it; none in the fast round. */
  confirmed(
    votes: readonly (readonly [seat: number, opening?: ValidatedCertificate])[],
    what: Partial<ConfirmedCertificate>,
  ): ConfirmedCertificate;
}

export function swornCommittee(weights: readonly bigint[] = [1n, 1n, 1n, 1n]): SwornCommittee {
  const committee = committeeOf(weights);

  function signed(seat: number, payload: VotePayload): Signature {
    const publicKey = committee.seats[seat]?.publicKey;
    return signatureOf(publicKey ?? absent, voteDigest(payload));
  }

  return {
    committee,
    vote(seat, payload) {
      const publicKey = committee.seats[seat]?.publicKey ?? absent;
      return { payload, publicKey, signature: signed(seat, payload) };
    },
    validated(seats, what) {
      const certificate = { ...validatedBase, ...what, signatures: [] };
      const payload = validatedPayload(certificate);
      const signatures = seats.map((seat) => ({ seat, signature: signed(seat, payload) }));
      return { ...certificate, signatures };
    },
    confirmed(votes, what) {
      const openings = votes.flatMap(([, opening]) => (opening ? [commitmentTo(opening)] : []));
      const commitments = [...new Set(openings)].sort();
      const { round = multiLeader(0), block = blockX } = what;
      const signatures = votes.map(([seat, opening]) => {
        const unlocking = opening && { round, commitment: commitmentTo(opening) };
        const value = { kind: 'confirm', block, unlocking } as const;
        const payload = { ...subject, ...what, round, value };
        const { chain, height: at, epoch: when } = payload;
        const signature = signed(seat, { chain, height: at, epoch: when, round, value });
        return {
          seat,
          opening: unlocking && commitments.indexOf(unlocking.commitment),
          signature,
        };
      });
      return { ...subject, ...what, round, block, commitments, signatures };
    },
  };
}

const absent: PublicKey = { scheme: 'ed25519', bytes: new Uint8Array(32).fill(1) };
const validatedBase = {
  ...subject,
  round: multiLeader(0) as Round,
  block: blockX as Hash,
  unlocking: undefined as Unlocking | undefined,
};

/** What a committee of hashes signs with: anyone can, so it proves nothing outside of tests. */
function signatureOf({ bytes }: PublicKey, message: Uint8Array): Signature {
  const digest = hash('sha512', concatBytes(bytes, message), 'buffer');
  return { scheme: 'ed25519', bytes: Uint8Array.from(digest) };
}

export function verdictOn({ publicKey, message, signature }: SignatureCheck): Verdict {
  const expected = signatureOf(publicKey, message);
  const isSame = signature.scheme === expected.scheme;
  return isSame && equalBytes(signature.bytes, expected.bytes) ? 'valid' : 'invalid';
}

/** A certificate with its openings, and what a verifier says of them. */
export function testimony(
  committee: Committee,
  certificate: ConfirmedCertificate,
  openings: readonly ValidatedCertificate[] = [],
  verdict: (check: SignatureCheck) => Verdict = verdictOn,
): Testimony {
  const byCommitment = new Map(openings.map((one) => [commitmentTo(one), one]));
  const full = fullCertificate(certificate, byCommitment);
  const votes = votesIn(full, committee);
  return { full, votes, verdicts: votes.map(({ check }) => verdict(check)) };
}

/** Seats and kinds, which must be the same whatever comes first. */
export function convicted(
  committee: Committee,
  first: Testimony,
  second: Testimony,
): readonly string[] {
  const [one, other] = [
    findEvidence(first, second, committee),
    findEvidence(second, first, committee),
  ].map((found) => found.map(({ seat, evidence }: Conviction) => `${seat} ${evidence.kind}`));
  if (one?.join() !== other?.join()) throw new Error('the order of two certificates matters');
  return one ?? [];
}
