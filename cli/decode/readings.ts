import { fullCertificateFileCodec } from '#client/evidence/full-certificate-file.ts';
import { proofFileCodec } from '#client/proof-file.ts';
import { blockBodyCodec, blockFrom } from '#protocol/block/block.ts';
import {
  commitmentTo,
  confirmedCertificateCodec,
  timeoutCertificateCodec,
  validatedCertificateCodec,
} from '#protocol/block/certificate.ts';
import { certifiedBlockCodec } from '#protocol/block/certified-block.ts';
import { chainDescriptionCodec, chainIdOf } from '#protocol/block/chain-description.ts';
import { evidenceCodec } from '#protocol/block/evidence.ts';
import { genesisCodec, genesisHeaderCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { blockHash, blockHeaderCodec } from '#protocol/block/header.ts';
import { messageBundleCodec, outgoingMessageCodec } from '#protocol/block/message.ts';
import { operationCodec } from '#protocol/block/operation.ts';
import { blockOutcomeCodec } from '#protocol/block/outcome.ts';
import { accountCodec, accountOwnerCodec, ownerOf, ownerText } from '#protocol/block/owner.ts';
import { ownershipCodec } from '#protocol/block/ownership.ts';
import { resourcePolicyCodec } from '#protocol/block/policy.ts';
import { blockProposalCodec } from '#protocol/block/proposal.ts';
import { proposedBlockCodec, proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { roundCodec } from '#protocol/block/round.ts';
import { storedBlockCodec } from '#protocol/block/stored-block.ts';
import { timeoutRequestCodec } from '#protocol/block/timeout-request.ts';
import { incomingBundleCodec, transactionCodec } from '#protocol/block/transaction.ts';
import { voteCodec, votePayloadCodec } from '#protocol/block/vote.ts';
import { chainHeadCodec } from '#protocol/chain/head.ts';
import { chainInfoCodec } from '#protocol/chain/info.ts';
import { chainReplyCodec, chainRequestCodec, refusalCodec } from '#protocol/chain/requests.ts';
import { hashCodec } from '#protocol/crypto/hash.ts';
import { itemProofCodec } from '#protocol/crypto/merkle-list.ts';
import { publicKeyCodec, signatureCodec } from '#protocol/crypto/signature.ts';
import {
  type Codec,
  type Decoded,
  type DecodeRejection,
  decode,
} from '#protocol/encoding/codec.ts';
import { inboxRowCodec } from '#protocol/messaging/inbox-row.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { nodeCodec } from '#protocol/state/node.ts';
import { stateProofCodec } from '#protocol/state/proof.ts';
import { networkDescriptionCodec } from '#wire/network-description.ts';
import { blocksPageCodec, inboxPageCodec } from '#wire/pages.ts';

/** What bytes say when they are read as one type. */
export interface Reading {
  readonly type: string;
  /** Hashes and ids that follow from the value. */
  readonly names: Readonly<Record<string, string>>;
  readonly value: unknown;
}

type Read = (bytes: Uint8Array) => Result<Omit<Reading, 'type'>, DecodeRejection>;

function as<T>(codec: Codec<T>, namesOf: (value: T) => Reading['names'] = () => ({})): Read {
  return (bytes) => {
    const decoded = decode(codec, bytes);
    if (!decoded.ok) return decoded;
    return ok({ value: decoded.value, names: namesOf(decoded.value) });
  };
}

/** Every type that bytes may be given as, what is sent and stored before what is part of it. */
const types: Readonly<Record<string, Read>> = {
  'proof-file': as(proofFileCodec, ({ genesis, body: { proposed, outcome } }) => ({
    network: networkIdOf(genesis),
    block: blockFrom(proposed, outcome).hash,
  })),
  'full-certificate-file': as(fullCertificateFileCodec),
  genesis: as(genesisCodec, ({ header }) => ({ network: networkIdOf(header) })),
  'genesis-header': as(genesisHeaderCodec, (header) => ({ network: networkIdOf(header) })),
  'network-description': as(networkDescriptionCodec, ({ genesis }) => ({
    network: networkIdOf(genesis),
  })),
  'chain-request': as(chainRequestCodec),
  'chain-reply': as(chainReplyCodec),
  'chain-info': as(chainInfoCodec),
  'chain-head': as(chainHeadCodec),
  refusal: as(refusalCodec),
  'blocks-page': as(blocksPageCodec),
  'inbox-page': as(inboxPageCodec),
  'inbox-row': as(inboxRowCodec),
  'stored-block': as(storedBlockCodec, ({ body }) => hashOfBody(body)),
  'certified-block': as(certifiedBlockCodec, ({ body }) => hashOfBody(body)),
  'block-body': as(blockBodyCodec, hashOfBody),
  'block-header': as(blockHeaderCodec, (header) => ({ block: blockHash(header) })),
  'block-outcome': as(blockOutcomeCodec),
  'proposed-block': as(proposedBlockCodec, (block) => ({ proposed: proposedBlockHash(block) })),
  proposal: as(blockProposalCodec, ({ block, publicKey }) => ({
    proposed: proposedBlockHash(block),
    signer: ownerText(ownerOf(publicKey)),
  })),
  vote: as(voteCodec, ({ publicKey }) => ({ voter: ownerText(ownerOf(publicKey)) })),
  'vote-payload': as(votePayloadCodec),
  'timeout-request': as(timeoutRequestCodec),
  'confirmed-certificate': as(confirmedCertificateCodec),
  'validated-certificate': as(validatedCertificateCodec, (certificate) => ({
    commitment: commitmentTo(certificate),
  })),
  'timeout-certificate': as(timeoutCertificateCodec),
  evidence: as(evidenceCodec),
  'incoming-bundle': as(incomingBundleCodec),
  'message-bundle': as(messageBundleCodec),
  message: as(outgoingMessageCodec),
  transaction: as(transactionCodec),
  operation: as(operationCodec),
  'chain-description': as(chainDescriptionCodec, (value) => ({ chain: chainIdOf(value) })),
  ownership: as(ownershipCodec),
  'resource-policy': as(resourcePolicyCodec),
  'state-proof': as(stateProofCodec),
  'state-node': as(nodeCodec),
  'item-proof': as(itemProofCodec),
  account: as(accountCodec, ({ owner, chain }) => ({ account: `${ownerText(owner)}@${chain}` })),
  owner: as(accountOwnerCodec, (owner) => ({ owner: ownerText(owner) })),
  'public-key': as(publicKeyCodec, (key) => ({ owner: ownerText(ownerOf(key)) })),
  signature: as(signatureCodec),
  round: as(roundCodec),
  hash: as(hashCodec),
};

export const typeNames: readonly string[] = Object.keys(types);

/** Every type that the bytes are a whole value of, and of no more. */
export function readingsOf(bytes: Uint8Array): readonly Reading[] {
  return Object.entries(types).flatMap(([type, read]) => {
    const reading = read(bytes);
    return reading.ok ? [{ type, ...reading.value }] : [];
  });
}

/** The bytes as one type; undefined if there is none of that name. */
export function readingAs(
  bytes: Uint8Array,
  type: string,
): Result<Reading, DecodeRejection> | undefined {
  const read = Object.hasOwn(types, type) ? types[type] : undefined;
  const reading = read?.(bytes);
  return reading?.ok ? ok({ type, ...reading.value }) : reading;
}

function hashOfBody({ proposed, outcome }: Decoded<typeof blockBodyCodec>): Reading['names'] {
  return { block: blockFrom(proposed, outcome).hash };
}
