import {
  isAdmissibleVoter,
  isSameKey,
  type PublicKey,
  publicKeyCodec,
} from '../crypto/signature.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { u16, u64 } from '../encoding/integers.ts';
import { vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { text } from '../encoding/text.ts';
import { compareBytes } from '../primitives/bytes.ts';
import { u64Max } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { quorumThreshold, validityThreshold } from './thresholds.ts';

/** Most validators a committee may have. */
export const seatsMax = 1_000;

/** A voting key and its weight in votes: all of a validator that the rules look at. */
export const seatCodec = struct({ publicKey: publicKeyCodec, weight: u64 });
export type Seat = Decoded<typeof seatCodec>;

/** The seats as a genesis or a committee blob lists them: sorted by encoded key, each key once. */
export const seatsCodec = vector(seatCodec, seatsMax);

/** A key a validator holds for something other than voting; purpose 0 is reserved for bridges. */
export const purposeKeyCodec = struct({ purpose: u16, publicKey: publicKeyCodec });

/** A validator as a committee blob describes it. */
export const committeeMemberCodec = struct({
  publicKey: publicKeyCodec,
  weight: u64,
  address: text(256),
  purposeKeys: vector(purposeKeyCodec, 16),
});
export type CommitteeMember = Decoded<typeof committeeMemberCodec>;

/** Content of a committee blob. */
export const committeeBlobCodec = vector(committeeMemberCodec, seatsMax);

/** The weighted set of validators of one epoch. A certificate names members by seat number. */
export interface Committee {
  /** Strictly sorted by encoded key. */
  readonly seats: readonly Seat[];
  readonly totalVotes: bigint;
  readonly quorum: bigint;
  readonly validity: bigint;
}

/** Why a set of validators is no committee. */
export type CommitteeRejection = Rejection<'invalid-committee'>;

/** The committee of `seats`, in whatever order they come. */
export function committeeFrom(seats: readonly Seat[]): Result<Committee, CommitteeRejection> {
  const sorted = [...seats].sort((a, b) =>
    compareBytes(keyBytes(a.publicKey), keyBytes(b.publicKey)),
  );
  if (sorted.length < 1 || sorted.length > seatsMax) {
    return refuse('invalid-committee', `${sorted.length} validators`, `1 to ${seatsMax}`);
  }
  let totalVotes = 0n;
  for (const [index, seat] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before && compareBytes(keyBytes(before.publicKey), keyBytes(seat.publicKey)) === 0) {
      return refuse('invalid-committee', 'a voting key twice', 'each key once');
    }
    if (!isAdmissibleVoter(seat.publicKey)) {
      return refuse(
        'invalid-committee',
        'an inadmissible voting key',
        'a canonical ed25519 key of full order',
      );
    }
    if (seat.weight < 1n)
      return refuse('invalid-committee', 'a weight of 0', 'at least 1 vote each');
    totalVotes += seat.weight;
  }
  if (totalVotes > u64Max)
    return refuse('invalid-committee', `${totalVotes} votes`, `at most ${u64Max}`);
  return ok({
    seats: sorted,
    totalVotes,
    quorum: quorumThreshold(totalVotes),
    validity: validityThreshold(totalVotes),
  });
}

/** Seat number of `publicKey`, or undefined if it has none. */
export function seatOf(committee: Committee, publicKey: PublicKey): number | undefined {
  const index = committee.seats.findIndex((seat) => isSameKey(seat.publicKey, publicKey));
  return index < 0 ? undefined : index;
}

function keyBytes(publicKey: PublicKey): Uint8Array {
  return encode(publicKeyCodec, publicKey);
}
