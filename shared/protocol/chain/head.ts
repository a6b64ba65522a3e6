import { type ChainId, chainIdCodec } from '../block/chain-id.ts';
import { hashCodec } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { bool } from '../encoding/integers.ts';
import { blockHeightCodec, timestampCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { emptyManager, managerCodec } from '../manager/manager.ts';
import { blockHeight, type Timestamp } from '../primitives/numbers.ts';
import { type StateRef, stateRefCodec } from './state-ref.ts';

/** What a validator knows of a chain: the one item whose conditional write commits a change. */
export const chainHeadCodec = struct({
  chain: chainIdCodec,
  /** Height of the next block, which is the number of blocks there are. */
  next: blockHeightCodec,
  /** Hash of the newest block; none before the first. */
  tip: option(hashCodec),
  /** Time of the newest block, or of the chain's description. */
  timestamp: timestampCodec,
  manager: managerCodec,
  state: stateRefCodec,
  /** Lowest height whose envelopes may not all have been delivered. */
  owedFrom: option(blockHeightCodec),
  /** Two certified blocks at one height of a sender were seen: the chain gets no more votes. */
  quarantined: bool,
});
export type ChainHead = Decoded<typeof chainHeadCodec>;

/** The head of a chain that has no block yet. */
export function genesisHead(chain: ChainId, time: Timestamp, state: StateRef): ChainHead {
  return {
    chain,
    next: blockHeight(0n),
    tip: undefined,
    timestamp: time,
    manager: emptyManager,
    state,
    owedFrom: undefined,
    quarantined: false,
  };
}
