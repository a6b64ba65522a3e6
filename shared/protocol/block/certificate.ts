import { seatsMax } from '../committee/committee.ts';
import { type Hash, hashCodec, hashOf, tag } from '../crypto/hash.ts';
import { signatureCodec } from '../crypto/signature.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { u16 } from '../encoding/integers.ts';
import { blockHeightCodec, epochCodec } from '../encoding/numbers.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { chainIdCodec } from './chain-id.ts';
import { roundCodec } from './round.ts';
import { type Unlocking, unlockingCodec, type VotePayload } from './vote.ts';

/** A member's signature, by its number among the seats of the certifying epoch's committee. */
export const seatSignatureCodec = struct({ seat: u16, signature: signatureCodec });
export type SeatSignature = Decoded<typeof seatSignatureCodec>;

const subject = {
  chain: chainIdCodec,
  height: blockHeightCodec,
  epoch: epochCodec,
  round: roundCodec,
};

/** A quorum of equal validate votes. */
export const validatedCertificateCodec = struct({
  ...subject,
  block: hashCodec,
  unlocking: option(unlockingCodec),
  /** Strictly increasing by seat. */
  signatures: vector(seatSignatureCodec, seatsMax),
});
export type ValidatedCertificate = Decoded<typeof validatedCertificateCodec>;

/** A confirm vote; `opening` counts into the certificate's commitments, none in a fast round. */
export const confirmSignatureCodec = struct({
  seat: u16,
  opening: option(u16),
  signature: signatureCodec,
});

/**
 * A quorum of confirm votes: its block is final. Voters may have been released by different
 * validated quorums of the round, so the commitments are listed and each vote names its own.
 */
export const confirmedCertificateCodec = struct({
  ...subject,
  block: hashCodec,
  /** Each used by at least one vote, strictly sorted; none in a fast round. */
  commitments: vector(hashCodec, seatsMax),
  /** Strictly increasing by seat. */
  signatures: vector(confirmSignatureCodec, seatsMax),
});
export type ConfirmedCertificate = Decoded<typeof confirmedCertificateCodec>;

/** A quorum that gave up a round. */
export const timeoutCertificateCodec = struct({
  ...subject,
  /** Strictly increasing by seat. */
  signatures: vector(seatSignatureCodec, seatsMax),
});
export type TimeoutCertificate = Decoded<typeof timeoutCertificateCodec>;

/** Most openings of a full certificate: a height may be proposed again in so many rounds. */
export const openingsMax = 65_536;

/**
 * A confirmed certificate with the certificates that open its commitments, with those that open
 * what these were unlocked by, and so on down to one that nothing unlocked: evidence. Strictly
 * sorted by commitment, each committed to by the certificate or by another opening.
 */
export const fullCertificateCodec = struct({
  certificate: confirmedCertificateCodec,
  openings: vector(validatedCertificateCodec, openingsMax),
});
export type FullCertificate = Decoded<typeof fullCertificateCodec>;

const commitmentTag = tag('weft/commitment');

/** Binds payload, signers and signature bytes of the quorum that released a vote. */
export function commitmentTo(certificate: ValidatedCertificate): Hash {
  return commitmentToEncoded(encode(validatedCertificateCodec, certificate));
}

/** The commitment to the certificate that is encoded in `bytes`. */
export function commitmentToEncoded(bytes: Uint8Array): Hash {
  return hashOf(commitmentTag, bytes);
}

/** How a vote refers to the validated quorum that released it. */
export function unlockingBy(certificate: ValidatedCertificate): Unlocking {
  return { round: certificate.round, commitment: commitmentTo(certificate) };
}

/** The vote that each signature of a validated certificate is on. */
export function validatedPayload(certificate: ValidatedCertificate): VotePayload {
  const { chain, height, epoch, round, block, unlocking } = certificate;
  return { chain, height, epoch, round, value: { kind: 'validate', block, unlocking } };
}

/** The vote that a signature of a confirmed certificate with this opening is on. */
export function confirmedPayload(
  certificate: ConfirmedCertificate,
  opening: number | undefined,
): VotePayload {
  const { chain, height, epoch, round, block, commitments } = certificate;
  const commitment = opening === undefined ? undefined : commitments[opening];
  const unlocking = commitment === undefined ? undefined : { round, commitment };
  return { chain, height, epoch, round, value: { kind: 'confirm', block, unlocking } };
}

export function timeoutPayload(certificate: TimeoutCertificate): VotePayload {
  const { chain, height, epoch, round } = certificate;
  return { chain, height, epoch, round, value: { kind: 'timeout' } };
}
