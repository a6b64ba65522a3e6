import type { BlobId } from '../block/blob.ts';
import type { ChainId } from '../block/chain-id.ts';
import type { OutgoingMessage } from '../block/message.ts';
import type { AccountOwner } from '../block/owner.ts';
import type { BlockHeight, Timestamp } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';
import type { Balances } from './balances.ts';
import type { BlobFacts } from './blob-facts.ts';
import type { Fees } from './fees.ts';
import type { Settings } from './system-state.ts';

/** What the transactions of a block may look at and change. */
export interface TransactionContext {
  readonly view: StateView;
  readonly balances: Balances;
  readonly blobs: BlobFacts;
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly timestamp: Timestamp;
  /** What governs the block: the settings that its parent left. */
  readonly settings: Settings;
  /** In whose name the block acts. */
  readonly signer: AccountOwner | undefined;
  readonly effects: Effects;
  readonly fees: Fees;
}

/** What transactions do besides changing balances. */
export interface Effects {
  send(message: OutgoingMessage): void;
  publish(blob: BlobId): void;
  /** Records what the world outside the chain answered. */
  record(response: Uint8Array): void;
  /** What is to govern the blocks after this one. A chain is closed at once. */
  govern(changed: Partial<Settings>): void;
  /** Whether the chain is closed by now. */
  isClosed(): boolean;
  /** Counts the chains that the block opens: the number of the next one. */
  nextChild(): number;
}
