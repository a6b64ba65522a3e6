import { blobIdOf } from '#protocol/block/blob.ts';
import { commitmentTo, validatedCertificateCodec } from '#protocol/block/certificate.ts';
import {
  chainConfigCodec,
  chainDescriptionCodec,
  chainIdOf,
} from '#protocol/block/chain-description.ts';
import { genesisHeaderCodec, networkIdOf, rootChainsRoot } from '#protocol/block/genesis.ts';
import { blockHash, blockHeaderCodec, outcomeHash } from '#protocol/block/header.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { type BlockProposal, proposalDigest, proposalHash } from '#protocol/block/proposal.ts';
import { proposedBlockCodec, proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { roundCodec } from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import { transactionCodec } from '#protocol/block/transaction.ts';
import { voteDigest, votePayloadCodec } from '#protocol/block/vote.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { blockHeightCodec, epochCodec } from '#protocol/encoding/numbers.ts';
import { pieceHash } from '#protocol/manager/held.ts';
import { asciiBytes, concatBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex, hexFromBytes } from '#protocol/primitives/hex.ts';
import * as blocks from './sample-blocks.ts';
import { publicKeys } from './sample-parts.ts';

/** What the code hashes to, and what the specification says is hashed: SHA-256(tag ‖ 00 ‖ input). */
export interface HashVector {
  readonly name: string;
  readonly tag: string;
  readonly input: string;
  readonly hash: string;
}

const { block, proposed, genesisHeader, description, network, validated, timeoutRequest } = blocks;
const headerBytes = encode(blockHeaderCodec, block.header);
const content = asciiBytes('content');

function vector(
  name: string,
  tag: string,
  { input, hash }: { readonly input: Uint8Array; readonly hash: string | Uint8Array },
): HashVector {
  const text = typeof hash === 'string' ? hash : hexFromBytes(hash);
  return { name, tag: `weft/${tag}`, input: hexFromBytes(input), hash: text };
}

/** The proposed block's fields with the root of its transactions in place of the list. */
function proposedInput(): Uint8Array {
  const about = encode(proposedBlockCodec, { ...proposed, transactions: [] });
  return concatBytes(about.subarray(0, -1), bytesFromHex(block.header.transactions));
}

function proposalInput({ round, retry }: BlockProposal): Uint8Array {
  const retried = retry.kind === 'validated' ? commitmentTo(retry.certificate) : undefined;
  return concatBytes(
    bytesFromHex(network),
    bytesFromHex(proposed.chain),
    encode(blockHeightCodec, proposed.height),
    encode(epochCodec, proposed.epoch),
    encode(roundCodec, round),
    bytesFromHex(proposedBlockHash(proposed)),
    bytesFromHex(outcomeHash(block.header)),
    Uint8Array.of(retried ? 1 : 0),
    bytesFromHex(retried ?? ''),
  );
}

function proposalVectors(kind: keyof typeof blocks.proposals): readonly HashVector[] {
  const proposal = blocks.proposals[kind];
  const digest = proposalDigest(network, proposal);
  const { publicKey } = proposal;
  const input = concatBytes(digest, encode(publicKeyCodec, publicKey));
  return [
    vector(`what a proposer signs, retry ${kind}`, 'proposal', {
      input: proposalInput(proposal),
      hash: digest,
    }),
    vector(`a proposal apart from its signature, retry ${kind}`, 'same-proposal', {
      input,
      hash: proposalHash(digest, publicKey),
    }),
  ];
}

function requestInput(): Uint8Array {
  const { chain, height, round } = timeoutRequest;
  return concatBytes(
    bytesFromHex(network),
    bytesFromHex(chain),
    encode(blockHeightCodec, height),
    encode(roundCodec, round),
  );
}

function ownerVectors(): readonly HashVector[] {
  return Object.entries(publicKeys).flatMap(([scheme, publicKey]) => {
    const owner = ownerOf(publicKey);
    if (owner.kind !== 'key') return [];
    const { hash } = owner;
    return vector(`owner of an ${scheme} key`, 'owner', {
      input: encode(publicKeyCodec, publicKey),
      hash,
    });
  });
}

export const hashVectors: readonly HashVector[] = [
  ...ownerVectors(),
  vector('network id', 'genesis', {
    input: encode(genesisHeaderCodec, genesisHeader),
    hash: networkIdOf(genesisHeader),
  }),
  vector('chain id', 'blob', {
    input: concatBytes(Uint8Array.of(6), sha256(encode(chainDescriptionCodec, description))),
    hash: chainIdOf(description),
  }),
  vector('id of a committee blob holding the 7 bytes "content"', 'blob', {
    input: bytesFromHex('05ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73'),
    hash: blobIdOf({ kind: 'committee' }, content),
  }),
  vector('hash of a proposed block', 'proposed-block', {
    input: proposedInput(),
    hash: proposedBlockHash(proposed),
  }),
  vector('block hash', 'block', { input: headerBytes, hash: blockHash(block.header) }),
  vector('outcome hash', 'outcome', {
    input: headerBytes.subarray(151),
    hash: outcomeHash(block.header),
  }),
  ...proposalVectors('none'),
  ...proposalVectors('fast'),
  ...proposalVectors('validated'),
  ...Object.entries(blocks.sampleVotes).map(([name, { payload }]) =>
    vector(`vote: ${name}`, 'vote', {
      input: encode(votePayloadCodec, payload),
      hash: voteDigest(payload),
    }),
  ),
  vector('commitment', 'commitment', {
    input: encode(validatedCertificateCodec, validated),
    hash: commitmentTo(validated),
  }),
  vector('what a timeout request signs', 'timeout-request', {
    input: requestInput(),
    hash: timeoutRequestDigest(network, timeoutRequest),
  }),
  vector('name of a piece', 'commitment', { input: content, hash: pieceHash(content) }),
];

/** A list of encoded items and its root. */
export interface ListVector {
  readonly tag: string;
  readonly items: readonly string[];
  readonly root: string;
}

export const listVectors: readonly ListVector[] = [
  {
    tag: 'weft/root-chains',
    items: blocks.rootChains.map((one) => hexFromBytes(encode(chainConfigCodec, one))),
    root: rootChainsRoot(blocks.rootChains),
  },
  {
    tag: 'weft/part/transactions',
    items: proposed.transactions.map((one) => hexFromBytes(encode(transactionCodec, one))),
    root: block.header.transactions,
  },
];
