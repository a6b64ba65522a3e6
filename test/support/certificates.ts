import type {
  ConfirmedCertificate,
  TimeoutCertificate,
  ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { type Committee, committeeFrom } from '#protocol/committee/committee.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { Signature } from '#protocol/crypto/signature.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { chainNamed, hashNamed, height } from './store-values.ts';

/** A committee with these weights, whose keys sign nothing: for rules that come before signatures. */
export function committeeOf(weights: readonly bigint[]): Committee {
  const seats = weights.map((weight, index) => {
    const bytes = new Uint8Array(32).fill(9);
    bytes[0] = index;
    return { publicKey: { scheme: 'ed25519', bytes } as const, weight };
  });
  const committee = committeeFrom(seats);
  if (!committee.ok) throw new Error(committee.error.found);
  return committee.value;
}

/** A signature that tells its seat. */
export function signatureAt(seat: number): Signature {
  return { scheme: 'ed25519', bytes: new Uint8Array(64).fill(seat) };
}

const subject = { chain: chainNamed('chain'), height: height(3), epoch: epoch(0) };
const block = hashNamed('block');

export function validatedBy(
  seats: readonly number[],
  round: Round = multiLeader(1),
): ValidatedCertificate {
  const signatures = seats.map((seat) => ({ seat, signature: signatureAt(seat) }));
  return { ...subject, round, block, unlocking: undefined, signatures };
}

export function timeoutBy(seats: readonly number[]): TimeoutCertificate {
  const signatures = seats.map((seat) => ({ seat, signature: signatureAt(seat) }));
  return { ...subject, round: multiLeader(1), signatures };
}

/** Commitments to two validated quorums, in order. */
export const commitments = [hashNamed('one'), hashNamed('two')].toSorted() as [Hash, Hash];

/** A confirmed certificate; each seat comes with the number of its commitment. */
export function confirmedBy(
  opened: readonly (readonly [seat: number, opening: number | undefined])[],
  committed: readonly Hash[] = commitments.slice(0, 1),
): ConfirmedCertificate {
  const signatures = opened.map(([seat, opening]) => ({
    seat,
    opening,
    signature: signatureAt(seat),
  }));
  return { ...subject, round: multiLeader(1), block, commitments: committed, signatures };
}

/** Of a fast round, which commits to nothing. */
export function fastBy(seats: readonly number[]): ConfirmedCertificate {
  const confirmed = confirmedBy(
    seats.map((seat) => [seat, undefined] as const),
    [],
  );
  return { ...confirmed, round: fastRound };
}
