import type { ChainId } from '../block/chain-id.ts';
import type { OutgoingMessage } from '../block/message.ts';
import type { AccountOwner } from '../block/owner.ts';
import type { BlockHeight } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';
import type { Balances } from './balances.ts';
import type { Settings } from './system-state.ts';

/** What a transaction may look at and change. */
export interface TransactionContext {
  readonly view: StateView;
  readonly balances: Balances;
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly settings: Settings;
  /** In whose name the block acts. */
  readonly signer: AccountOwner | undefined;
  /** Number of the transaction in its block. */
  readonly transaction: number;
  send(message: OutgoingMessage): void;
}
