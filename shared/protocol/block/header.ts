import { type Hash, hashCodec, hashFromBytes, hashOfValue, tag } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { u16 } from '../encoding/integers.ts';
import { blockHeightCodec, epochCodec, timestampCodec } from '../encoding/numbers.ts';
import { struct } from '../encoding/struct.ts';
import { chainIdCodec } from './chain-id.ts';
import type { BlockOutcome } from './outcome.ts';
import { type OutcomeRoots, outcomeRoots } from './parts.ts';
import type { ProposedBlock } from './proposed-block.ts';
import { signerCodec } from './signer.ts';
import { transactionsRoot } from './transactions-root.ts';

/** 32 zero bytes: the parent of a chain's first block, and the header's reserved root. */
export const noHash: Hash = hashFromBytes(new Uint8Array(32));

const roots = {
  messages: hashCodec,
  previousMessages: hashCodec,
  previousEvents: hashCodec,
  oracleResponses: hashCodec,
  events: hashCodec,
  blobs: hashCodec,
  operationResults: hashCodec,
  state: hashCodec,
  /** Zero until a later protocol version gives it a meaning. */
  reserved: hashCodec,
};

/** What a block's hash is the hash of: a fixed layout of 439 bytes, checkable without the body. */
export const blockHeaderCodec = struct({
  version: u16,
  chain: chainIdCodec,
  epoch: epochCodec,
  height: blockHeightCodec,
  timestamp: timestampCodec,
  /** Zero for the first block. */
  parent: hashCodec,
  signer: signerCodec,
  transactions: hashCodec,
  ...roots,
});
export type BlockHeader = Decoded<typeof blockHeaderCodec>;

const outcomeRootsCodec = struct(roots);
const headerTag = tag('weft/block');
const outcomeTag = tag('weft/outcome');

/** The header of `block` executed to `outcome`. */
export function headerOf(block: ProposedBlock, outcome: BlockOutcome): BlockHeader {
  return headerFromRoots(block, outcomeRoots(outcome));
}

export function headerFromRoots(block: ProposedBlock, executed: OutcomeRoots): BlockHeader {
  return {
    version: block.version,
    chain: block.chain,
    epoch: block.epoch,
    height: block.height,
    timestamp: block.timestamp,
    parent: block.parent ?? noHash,
    signer: block.signer,
    transactions: transactionsRoot(block.transactions),
    ...executed,
    reserved: noHash,
  };
}

/** The hash that names the block. */
export function blockHash(header: BlockHeader): Hash {
  return hashOfValue(headerTag, blockHeaderCodec, header);
}

/** The hash by which a proposer claims an outcome: over the header's roots behind `transactions`. */
export function outcomeHash(header: BlockHeader): Hash {
  return hashOfValue(outcomeTag, outcomeRootsCodec, header);
}
