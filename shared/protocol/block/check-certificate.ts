import type { Committee } from '../committee/committee.ts';
import type { SignatureCheck } from '../crypto/signature.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import {
  type ConfirmedCertificate,
  confirmedPayload,
  type TimeoutCertificate,
  timeoutPayload,
  type ValidatedCertificate,
  validatedPayload,
} from './certificate.ts';
import { compareRounds, roundText } from './round.ts';
import { type VotePayload, voteDigest } from './vote.ts';

/** Why votes are no certificate, whatever their signatures. */
export type CertificateRejection = Rejection<'not-a-quorum' | 'invalid-certificate'>;

/** The signatures that are left to check once everything else of a certificate is in order. */
export type CertificateChecks = Result<readonly SignatureCheck[], CertificateRejection>;

export function validatedChecks(
  certificate: ValidatedCertificate,
  committee: Committee,
): CertificateChecks {
  const { round, unlocking, signatures } = certificate;
  if (round.kind === 'fast') return invalid('a validated fast round', 'a later round');
  if (unlocking && compareRounds(unlocking.round, round) >= 0) {
    return invalid(`unlocked by ${roundText(unlocking.round)}`, `before ${roundText(round)}`);
  }
  return quorumChecks(signatures, committee, oneDigest(validatedPayload(certificate)));
}

export function timeoutChecks(
  certificate: TimeoutCertificate,
  committee: Committee,
): CertificateChecks {
  return quorumChecks(certificate.signatures, committee, oneDigest(timeoutPayload(certificate)));
}

export function confirmedChecks(
  certificate: ConfirmedCertificate,
  committee: Committee,
): CertificateChecks {
  const { round, commitments, signatures } = certificate;
  if (round.kind === 'fast' && commitments.length > 0) {
    return invalid('commitments in the fast round', 'none');
  }
  for (const [index, commitment] of commitments.entries()) {
    const before = commitments[index - 1];
    if (before !== undefined && before >= commitment) {
      return invalid('commitments out of order', 'strictly sorted');
    }
  }
  const used = new Set<number>();
  for (const { opening } of signatures) {
    if ((opening === undefined) !== (round.kind === 'fast')) {
      return invalid(`a vote with opening ${opening}`, 'one, but none in the fast round');
    }
    if (opening !== undefined) used.add(opening);
    if (opening !== undefined && opening >= commitments.length) {
      return invalid(`opening ${opening}`, `below ${commitments.length}`);
    }
  }
  if (used.size !== commitments.length) return invalid('an unused commitment', 'each in a vote');
  const digests = new Map<number | undefined, Uint8Array>();
  return quorumChecks(signatures, committee, ({ opening }) => {
    const known = digests.get(opening) ?? voteDigest(confirmedPayload(certificate, opening));
    digests.set(opening, known);
    return known;
  });
}

function quorumChecks<
  Signed extends { readonly seat: number; readonly signature: SignatureCheck['signature'] },
>(
  signatures: readonly Signed[],
  committee: Committee,
  digestOf: (signed: Signed) => Uint8Array,
): CertificateChecks {
  let votes = 0n;
  let last = -1;
  const checks: SignatureCheck[] = [];
  for (const signed of signatures) {
    const seat = committee.seats[signed.seat];
    if (seat === undefined) {
      return invalid(`seat ${signed.seat}`, `one of ${committee.seats.length} seats`);
    }
    if (signed.seat <= last) return invalid(`seat ${signed.seat} after ${last}`, 'each seat once');
    last = signed.seat;
    votes += seat.weight;
    const { publicKey } = seat;
    checks.push({ publicKey, message: digestOf(signed), signature: signed.signature });
  }
  if (votes < committee.quorum) {
    return refuse('not-a-quorum', `${votes} votes`, `at least ${committee.quorum}`);
  }
  return ok(checks);
}

function oneDigest(payload: VotePayload): () => Uint8Array {
  const digest = voteDigest(payload);
  return () => digest;
}

function invalid(found: string, expected: string) {
  return refuse('invalid-certificate', found, expected);
}
