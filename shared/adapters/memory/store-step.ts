import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ItemKind } from './item-sizes.ts';

/** A single request to the store, about to be carried out. */
export interface StoreStep {
  /** `reply`: all is saved, and the caller does not know it yet. */
  readonly kind: ItemKind | 'blob' | 'reply';
  readonly action: 'read' | 'write' | 'delete';
  readonly chain: ChainId | undefined;
}

export type StepReached = (step: StoreStep) => Promise<void>;
