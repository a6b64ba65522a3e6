import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';

/** Says that a block of `chain` has envelopes to deliver. It may be lost, doubled or late. */
export interface Doorbell {
  readonly chain: ChainId;
  readonly height: BlockHeight;
}

/** A doorbell only: what is owed follows from the stored blocks. */
export interface MessageBus {
  ring(bells: readonly Doorbell[]): Promise<void>;
}
