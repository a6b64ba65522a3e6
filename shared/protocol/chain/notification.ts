import type { ChainId } from '../block/chain-id.ts';
import type { Round } from '../block/round.ts';
import type { Hash } from '../crypto/hash.ts';
import type { BlockHeight } from '../primitives/numbers.ts';

/** What may be worth pulling; nothing in it is to be believed before it was pulled. */
export type NotificationReason =
  | { readonly kind: 'new-block'; readonly height: BlockHeight; readonly hash: Hash }
  /** An envelope of the origin's block of that height is in the chain's inbox. */
  | { readonly kind: 'new-bundle'; readonly origin: ChainId; readonly height: BlockHeight }
  | { readonly kind: 'new-round'; readonly height: BlockHeight; readonly round: Round };

/** A hint that something changed about a chain. It may be lost, doubled or late. */
export interface Notification {
  readonly chain: ChainId;
  readonly reason: NotificationReason;
}
