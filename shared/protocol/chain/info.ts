import { blockBodyCodec } from '../block/block.ts';
import { timeoutCertificateCodec, validatedCertificateCodec } from '../block/certificate.ts';
import { chainIdCodec } from '../block/chain-id.ts';
import { ownershipCodec } from '../block/ownership.ts';
import { blockProposalCodec } from '../block/proposal.ts';
import { roundCodec } from '../block/round.ts';
import { voteCodec } from '../block/vote.ts';
import { hashCodec } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { bool } from '../encoding/integers.ts';
import { amountCodec, blockHeightCodec, epochCodec, timestampCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';

/** A lock as others need it to propose its block again. */
export const lockedBlockCodec = union({
  /** The fast proposal, or a retry of it. */
  fast: [0, struct({ proposal: blockProposalCodec })],
  validated: [1, struct({ certificate: validatedCertificateCodec, body: blockBodyCodec })],
});
export type LockedBlock = Decoded<typeof lockedBlockCodec>;

/** What takes over a height: everything a validator holds for it. Given only when asked for. */
export const pendingHeightCodec = struct({
  accepted: option(blockProposalCodec),
  locked: option(lockedBlockCodec),
  timeout: option(timeoutCertificateCodec),
  validate: option(voteCodec),
  confirm: option(voteCodec),
});
export type PendingHeight = Decoded<typeof pendingHeightCodec>;

/** What one validator says of a chain. Unsigned: a hint, to be checked by certificates. */
export const chainInfoCodec = struct({
  chain: chainIdCodec,
  next: blockHeightCodec,
  tip: option(hashCodec),
  timestamp: timestampCodec,
  epoch: epochCodec,
  round: roundCodec,
  /** When the round may time out, by the validator's clock; none before a first request. */
  deadline: option(timestampCodec),
  state: hashCodec,
  balance: amountCodec,
  quarantined: bool,
  ownership: option(ownershipCodec),
  pending: option(pendingHeightCodec),
});
export type ChainInfo = Decoded<typeof chainInfoCodec>;
