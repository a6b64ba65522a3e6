import { type Hash, hashCodec, hashOf, tag } from '../crypto/hash.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { u16 } from '../encoding/integers.ts';
import { blockHeightCodec, epochCodec, timestampCodec } from '../encoding/numbers.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { chainIdCodec } from './chain-id.ts';
import { signerCodec } from './signer.ts';
import { transactionCodec } from './transaction.ts';

/** The only protocol version there is. */
export const protocolVersion = 1;

/** Most transactions a block may hold; the policy's byte limits usually bind first. */
export const transactionsMax = 10_000;

/** What an owner asks the validators to agree on. */
export const proposedBlockCodec = struct({
  version: u16,
  chain: chainIdCodec,
  epoch: epochCodec,
  height: blockHeightCodec,
  timestamp: timestampCodec,
  /** Hash of the block before; none for the first. */
  parent: option(hashCodec),
  /** The owner in whose name the operations act; it must be the proposer. */
  signer: signerCodec,
  transactions: vector(transactionCodec, transactionsMax),
});
export type ProposedBlock = Decoded<typeof proposedBlockCodec>;

const proposedTag = tag('weft/proposed-block');

export function proposedBlockHash(block: ProposedBlock): Hash {
  return hashOf(proposedTag, encode(proposedBlockCodec, block));
}
