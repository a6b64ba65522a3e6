import { roundCodec } from '../block/round.ts';
import { unlockingCodec } from '../block/vote.ts';
import { hashCodec } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { timestampCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { heldCodec } from './held.ts';

/** When the current round may time out, by this validator's clock. */
export const deadlineCodec = struct({ round: roundCodec, at: timestampCodec });

/** Where a lock's block is to be found, so that it can be proposed again. */
export const lockValueCodec = union({
  /** It is the accepted proposal's. */
  accepted: [0, struct({})],
  /** The piece is an encoded `BlockProposal`. */
  proposal: [1, struct({ piece: hashCodec })],
  /** The piece is an encoded `BlockBody`. */
  block: [2, struct({ piece: hashCodec })],
});
export type LockValue = Decoded<typeof lockValueCodec>;

/** The newest block that this validator may have voted to confirm. */
export const lockCodec = union({
  /** Proposed in the fast round. */
  fast: [0, struct({ block: hashCodec, value: lockValueCodec })],
  /** Validated by a quorum; `certificate` is an encoded `ValidatedCertificate`. */
  validated: [
    1,
    struct({ round: roundCodec, block: hashCodec, certificate: heldCodec, value: lockValueCodec }),
  ],
});
export type Lock = Decoded<typeof lockCodec>;

/** A vote that was decided: all of its payload that does not follow from chain and height. */
export const decisionCodec = struct({
  round: roundCodec,
  block: hashCodec,
  unlocking: option(unlockingCodec),
});
export type VoteDecision = Decoded<typeof decisionCodec>;

/** The proposal voted for last. */
export const acceptedCodec = struct({
  round: roundCodec,
  /** Hash of the executed block. */
  block: hashCodec,
  /** `proposalHash`: tells a repetition from another proposal. */
  same: hashCodec,
  /** An encoded `BlockProposal`. */
  held: heldCodec,
});
export type AcceptedProposal = Decoded<typeof acceptedCodec>;

/** Consensus state of one validator for a chain's next height; empty when a height begins. */
export const managerCodec = struct({
  /** When the height's first request that counts was taken; the fallback time runs from here. */
  since: option(timestampCodec),
  deadline: option(deadlineCodec),
  /** The newest timeout certificate, and where its bytes are. */
  timeout: option(struct({ round: roundCodec, held: heldCodec })),
  lock: option(lockCodec),
  accepted: option(acceptedCodec),
  validate: option(decisionCodec),
  confirm: option(decisionCodec),
});
export type Manager = Decoded<typeof managerCodec>;

export const emptyManager: Manager = {
  since: undefined,
  deadline: undefined,
  timeout: undefined,
  lock: undefined,
  accepted: undefined,
  validate: undefined,
  confirm: undefined,
};
