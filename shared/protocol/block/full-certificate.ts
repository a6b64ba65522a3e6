import type { Committee } from '../committee/committee.ts';
import type { Hash } from '../crypto/hash.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import {
  type ConfirmedCertificate,
  commitmentTo,
  confirmedPayload,
  type FullCertificate,
  openingsMax,
  type ValidatedCertificate,
  validatedPayload,
} from './certificate.ts';
import type { CertificateRejection } from './check-certificate.ts';
import { judgeOpening } from './check-evidence.ts';

/** Certificates by the commitment that each opens. */
export type Openings = ReadonlyMap<Hash, ValidatedCertificate>;

/** What of `openings` the certificate leads to, and the commitments on that way which none opens. */
export interface Opened {
  readonly openings: Openings;
  readonly lacking: readonly Hash[];
}

/** Follows a certificate's commitments down, the newest rounds first, `openingsMax` at most. */
export function openedBy({ commitments }: ConfirmedCertificate, openings: Openings): Opened {
  const found = new Map<Hash, ValidatedCertificate>();
  const lacking: Hash[] = [];
  const wanted = new Set(commitments);
  for (const commitment of wanted) {
    const opening = openings.get(commitment);
    if (!opening) {
      lacking.push(commitment);
    } else if (found.size < openingsMax) {
      found.set(commitment, opening);
      if (opening.unlocking) wanted.add(opening.unlocking.commitment);
    }
  }
  return { openings: found, lacking };
}

/** The certificate in its full form, as far as `openings` hold what it leads to. */
export function fullCertificate(
  certificate: ConfirmedCertificate,
  openings: Openings,
): FullCertificate {
  const opened = [...openedBy(certificate, openings).openings];
  opened.sort(([a], [b]) => (a < b ? -1 : 1));
  return { certificate, openings: opened.map(([, opening]) => opening) };
}

/**
 * Whether enough is there to convict with, as far as no signature tells otherwise: some quorum that
 * released its voters, and what it was unlocked by, down to one that nothing unlocked or to one
 * that could release nobody.
 */
export function isComplete(
  certificate: ConfirmedCertificate,
  openings: Openings,
  committee: Committee,
): boolean {
  const { commitments } = certificate;
  return (
    commitments.length === 0 ||
    commitments.some((commitment, index) => {
      const opening = openings.get(commitment);
      const payload = confirmedPayload(certificate, index);
      if (!opening || judgeOpening(payload, opening, committee).kind === 'invalid') return false;
      return isOpenedDown(opening, openings, committee);
    })
  );
}

function isOpenedDown(
  from: ValidatedCertificate,
  openings: Openings,
  committee: Committee,
): boolean {
  let opening = from;
  while (opening.unlocking) {
    const below = openings.get(opening.unlocking.commitment);
    if (!below) return false;
    if (judgeOpening(validatedPayload(opening), below, committee).kind === 'invalid') return true;
    opening = below;
  }
  return true;
}

/** The openings by commitment, or why they are not those of the certificate, sorted. */
export function checkFull({
  certificate,
  openings,
}: FullCertificate): Result<Openings, CertificateRejection> {
  const byCommitment = new Map<Hash, ValidatedCertificate>();
  let before = '';
  for (const opening of openings) {
    const commitment = commitmentTo(opening);
    if (commitment <= before) {
      return refuse('invalid-certificate', 'openings out of order', 'sorted by commitment');
    }
    before = commitment;
    byCommitment.set(commitment, opening);
  }
  if (openedBy(certificate, byCommitment).openings.size !== byCommitment.size) {
    return refuse('invalid-certificate', 'an opening of nothing', 'openings of its commitments');
  }
  return ok(byCommitment);
}
