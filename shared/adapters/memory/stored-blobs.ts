import type { BlobState } from '#ports/blob-store.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';

/** What one holder waits for, or has been given. */
export interface StoredSlot {
  readonly height: BlockHeight;
  readonly wanted: ReadonlySet<BlobId>;
  readonly isGuest: boolean;
}

export interface StoredBlobs {
  readonly contents: Map<BlobId, Uint8Array>;
  readonly states: Map<BlobId, BlobState>;
  /** By chain and holder, the oldest first. */
  readonly slots: Map<ChainId, Map<string, StoredSlot>>;
}

export function noBlobs(): StoredBlobs {
  return { contents: new Map(), states: new Map(), slots: new Map() };
}

/** A copy that later writes do not touch. */
export function copyBlobs({ contents, states, slots }: StoredBlobs): StoredBlobs {
  return {
    contents: new Map(contents),
    states: new Map(states),
    slots: new Map([...slots].map(([chain, ofChain]) => [chain, new Map(ofChain)])),
  };
}

export function chainSlots({ slots }: StoredBlobs, chain: ChainId): Map<string, StoredSlot> {
  const found = slots.get(chain);
  if (found) return found;
  const made = new Map<string, StoredSlot>();
  slots.set(chain, made);
  return made;
}

/** The holder of what votes of a height are for. */
export function votedHolder(height: BlockHeight): string {
  return `voted:${height}`;
}
