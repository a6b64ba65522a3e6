import type { Hash } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { type BlockHeader, blockHash, headerOf } from './header.ts';
import { type BlockOutcome, blockOutcomeCodec } from './outcome.ts';
import { type ProposedBlock, proposedBlockCodec } from './proposed-block.ts';

/** A block as it is stored and sent: the header and the hash follow from it. */
export const blockBodyCodec = struct({ proposed: proposedBlockCodec, outcome: blockOutcomeCodec });
export type BlockBody = Decoded<typeof blockBodyCodec>;

/** An executed block, with the header that its hash is the hash of. */
export interface Block extends BlockBody {
  readonly header: BlockHeader;
  readonly hash: Hash;
}

/** Recomputes every root: whoever holds a `Block` need not check that its parts belong together. */
export function blockFrom(proposed: ProposedBlock, outcome: BlockOutcome): Block {
  const header = headerOf(proposed, outcome);
  return { proposed, outcome, header, hash: blockHash(header) };
}
