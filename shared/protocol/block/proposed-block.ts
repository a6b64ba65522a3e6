import { type Hash, hashCodec, hashOfValue, tag } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { u16 } from '../encoding/integers.ts';
import { blockHeightCodec, epochCodec, timestampCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { chainIdCodec } from './chain-id.ts';
import { signerCodec } from './signer.ts';
import { transactionsCodec, transactionsRoot } from './transactions-root.ts';

/** The only protocol version there is. */
export const protocolVersion = 1;

const about = {
  version: u16,
  chain: chainIdCodec,
  epoch: epochCodec,
  height: blockHeightCodec,
  timestamp: timestampCodec,
  /** Hash of the block before; none for the first. */
  parent: option(hashCodec),
  /** The owner in whose name the operations act; it must be the proposer. */
  signer: signerCodec,
};

/** What an owner asks the validators to agree on. */
export const proposedBlockCodec = struct({
  ...about,
  transactions: transactionsCodec,
});
export type ProposedBlock = Decoded<typeof proposedBlockCodec>;

const summaryCodec = struct({ ...about, transactions: hashCodec });
const proposedTag = tag('weft/proposed-block');

/** Over the root of the transactions in their place: the header needs that root as well. */
export function proposedBlockHash(block: ProposedBlock): Hash {
  const { version, chain, epoch, height, timestamp, parent, signer } = block;
  const transactions = transactionsRoot(block.transactions);
  const summary = { version, chain, epoch, height, timestamp, parent, signer, transactions };
  return hashOfValue(proposedTag, summaryCodec, summary);
}
