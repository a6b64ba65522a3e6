import { digestOfValue, type Hash, hashCodec, hashOf, tag } from '../crypto/hash.ts';
import { type PublicKey, publicKeyCodec, signatureCodec } from '../crypto/signature.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { blockHeightCodec, epochCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { commitmentTo, validatedCertificateCodec } from './certificate.ts';
import { chainIdCodec } from './chain-id.ts';
import { blockOutcomeCodec } from './outcome.ts';
import { type ProposedBlock, proposedBlockCodec, proposedBlockHash } from './proposed-block.ts';
import { fastRound, type Round, roundCodec } from './round.ts';

/** Why a block that was proposed before is proposed again. */
export const retryCodec = union({
  /** It is new. */
  none: [0, struct({})],
  /** A super owner proposed it in the fast round, and signed `signature` there. */
  fast: [1, struct({ publicKey: publicKeyCodec, signature: signatureCodec })],
  /** A quorum validated it; its outcome travels along, for it must not be computed again. */
  validated: [2, struct({ certificate: validatedCertificateCodec, outcome: blockOutcomeCodec })],
});
export type Retry = Decoded<typeof retryCodec>;

/** A proposed block, its round, and the proposer's signature. */
export const blockProposalCodec = struct({
  block: proposedBlockCodec,
  round: roundCodec,
  /** The outcome that the proposer computed. */
  outcome: hashCodec,
  retry: retryCodec,
  publicKey: publicKeyCodec,
  signature: signatureCodec,
});
export type BlockProposal = Decoded<typeof blockProposalCodec>;

const payloadCodec = struct({
  network: hashCodec,
  chain: chainIdCodec,
  height: blockHeightCodec,
  epoch: epochCodec,
  round: roundCodec,
  block: hashCodec,
  outcome: hashCodec,
  retried: option(hashCodec),
});

const proposalTag = tag('weft/proposal');
const sameTag = tag('weft/same-proposal');

/** What a proposer signs, apart from the network. */
export interface ProposalContent {
  readonly block: ProposedBlock;
  readonly round: Round;
  readonly outcome: Hash;
  readonly retry: Retry;
}

/** The 32 bytes under a proposer's signature on `network`. */
export function proposalDigest(network: Hash, content: ProposalContent): Uint8Array {
  const { block, round, outcome, retry } = content;
  const payload = {
    network,
    chain: block.chain,
    height: block.height,
    epoch: block.epoch,
    round,
    block: proposedBlockHash(block),
    outcome,
    retried: retry.kind === 'validated' ? commitmentTo(retry.certificate) : undefined,
  };
  return digestOfValue(proposalTag, payloadCodec, payload);
}

/** The 32 bytes that the super owner signed who first proposed a retried fast block. */
export function fastProposalDigest(network: Hash, { block, outcome }: ProposalContent): Uint8Array {
  return proposalDigest(network, { block, round: fastRound, outcome, retry: { kind: 'none' } });
}

/**
 * Tells proposals apart: what was signed, and by whom. A pipelined certificate, read hints and
 * the signature's own bytes are no part of it.
 */
export function proposalHash(digest: Uint8Array, publicKey: PublicKey): Hash {
  return hashOf(sameTag, digest, encode(publicKeyCodec, publicKey));
}
