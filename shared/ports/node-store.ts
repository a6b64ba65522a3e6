import type { BlobStore } from './blob-store.ts';
import type { ChainStore } from './chain-store.ts';

/** Everything that one validator, or one wallet, keeps: its chains, and the blobs beside them. */
export interface NodeStore extends ChainStore {
  readonly blobs: BlobStore;
}
