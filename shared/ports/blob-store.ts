import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';

/** The content of a blob. Whoever hands it over has checked that it hashes to the id. */
export interface BlobContent {
  readonly id: BlobId;
  readonly bytes: Uint8Array;
}

/** A blob that is published: the block of `chain` at `height` did it. */
export interface BlobState {
  readonly id: BlobId;
  readonly chain: ChainId;
  readonly height: BlockHeight;
}

/** Blobs that a chain waits for before a block with them can be voted for or stored. */
export interface BlobSlot {
  readonly chain: ChainId;
  /** A proposer or a certified block. Each holder has one slot: a newer takes its place. */
  readonly holder: string;
  readonly height: BlockHeight;
  readonly wanted: readonly BlobId[];
  /** Of a proposer who owns nothing of the chain: of such slots there are few. */
  readonly isGuest: boolean;
}

/** Slots of guests that a chain has at once: the oldest makes room. */
export const guestSlotsMax = 4;

/**
 * Immutable contents by id. That bytes are at hand and that a blob is published are two facts:
 * nothing is published but by `publish`. Bytes stay while a slot holds them, and for ever once they
 * are published. Every adapter passes test/contracts/blob-store.ts; all methods throw `StoreFault`
 * when the outcome is unknown, and repeating any of them changes nothing.
 */
export interface BlobStore {
  /** The bytes at hand among those asked for, published or not. */
  load(ids: readonly BlobId[]): Promise<ReadonlyMap<BlobId, Uint8Array>>;
  /** The lengths of those at hand. */
  sizes(ids: readonly BlobId[]): Promise<ReadonlyMap<BlobId, number>>;
  /** Those that are published. */
  states(ids: readonly BlobId[]): Promise<ReadonlyMap<BlobId, BlobState>>;
  /** Publishes blobs, whose bytes are given or at hand; a first publication stands. */
  publish(states: readonly BlobState[], contents: readonly BlobContent[]): Promise<void>;

  /** Says what a holder waits for, in place of what it waited for before. */
  openSlot(slot: BlobSlot): Promise<void>;
  /** Keeps bytes in every slot of the chain that wants them. */
  fill(chain: ChainId, content: BlobContent): Promise<'kept' | 'unwanted'>;
  /** Keeps bytes that are at hand for a vote, until the height is decided; false if some are not. */
  hold(chain: ChainId, height: BlockHeight, ids: readonly BlobId[]): Promise<boolean>;
  /** Bytes that slots of the chain hold. */
  loadHeld(chain: ChainId, id: BlobId): Promise<Uint8Array | undefined>;
  /** Heights up to this one are decided: what their slots hold is let go. */
  closeSlots(chain: ChainId, height: BlockHeight): Promise<void>;
}
