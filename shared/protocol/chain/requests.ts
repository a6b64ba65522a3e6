import { blockBodyCodec } from '../block/block.ts';
import {
  confirmedCertificateCodec,
  timeoutCertificateCodec,
  validatedCertificateCodec,
} from '../block/certificate.ts';
import { certifiedBlockCodec } from '../block/certified-block.ts';
import type { ChainId } from '../block/chain-id.ts';
import { blockProposalCodec } from '../block/proposal.ts';
import { timeoutRequestCodec } from '../block/timeout-request.ts';
import { voteCodec } from '../block/vote.ts';
import { hashCodec } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { text } from '../encoding/text.ts';
import { union } from '../encoding/union.ts';
import { chainInfoCodec } from './info.ts';

/** A confirmed certificate; without `body` it is lite: the validator may know the block already. */
export const confirmedCodec = struct({
  certificate: confirmedCertificateCodec,
  body: option(blockBodyCodec),
});
export type Confirmed = Decoded<typeof confirmedCodec>;

/** Most blocks of a run behind its first. */
export const runMoreMax = 63;

/** What asks a validator to change a chain. */
export const chainRequestCodec = union({
  propose: [
    0,
    struct({
      proposal: blockProposalCodec,
      /** The certificate of the block before: two decisions, in this order. */
      previous: option(confirmedCodec),
      /** State nodes that the proposer read; advice only. */
      hints: vector(hashCodec, 1_024),
    }),
  ],
  validated: [1, struct({ certificate: validatedCertificateCodec, body: option(blockBodyCodec) })],
  confirmed: [2, confirmedCodec],
  timeout: [3, struct({ certificate: timeoutCertificateCodec })],
  'request-timeout': [4, timeoutRequestCodec],
  /** Certified blocks of one chain, each upon the one before: as many decisions, in this order. */
  'confirmed-run': [
    5,
    struct({ first: certifiedBlockCodec, more: vector(certifiedBlockCodec, runMoreMax) }),
  ],
});
export type ChainRequest = Decoded<typeof chainRequestCodec>;

/** The chain that a request is about. Certificates of another beside it are refused there. */
export function chainOfRequest(request: ChainRequest): ChainId {
  switch (request.kind) {
    case 'propose':
      return request.proposal.block.chain;
    case 'request-timeout':
      return request.chain;
    case 'confirmed-run':
      return request.first.certificate.chain;
    default:
      return request.certificate.chain;
  }
}

/** A refusal as it travels. Kinds and remedies that the reader does not know still decode. */
export const refusalCodec = struct({
  kind: text(64),
  remedy: text(16),
  found: text(1_024),
  expected: text(1_024),
});
export type Refusal = Decoded<typeof refusalCodec>;

/** What became of one decision. */
export const decidedCodec = union({
  accepted: [0, struct({ info: chainInfoCodec, vote: option(voteCodec) })],
  refused: [1, struct({ refusal: refusalCodec })],
});
export type Decided = Decoded<typeof decidedCodec>;

/**
 * The answer to a request: what became of its last decision, or of the first of a run that was
 * refused; `previous` is what became of the decision before that.
 */
export const chainReplyCodec = struct({ previous: option(decidedCodec), decided: decidedCodec });
export type ChainReply = Decoded<typeof chainReplyCodec>;
