import type { OutgoingMessage } from '../block/message.ts';
import type { BlockOutcome, SentMessage } from '../block/outcome.ts';
import type { Settings } from './system-state.ts';
import type { Effects } from './transaction-context.ts';

type Recorded = Pick<BlockOutcome, 'messages' | 'blobs' | 'oracleResponses'>;

/** What the transactions of a block do besides changing balances, in their order. */
export interface BlockEffects extends Effects {
  /** What follows belongs to this transaction. */
  begin(transaction: number): void;
  recorded(): Recorded;
  /** What was sent since this was last asked. */
  takeSent(): readonly OutgoingMessage[];
  /** What is to govern the chain, or undefined if that stays as it was. */
  changedSettings(): Settings | undefined;
}

export function openEffects(before: Settings): BlockEffects {
  const messages: SentMessage[] = [];
  const blobs: BlockOutcome['blobs'][number][] = [];
  const oracleResponses: BlockOutcome['oracleResponses'][number][] = [];
  let settings = before;
  let children = 0;
  let transaction = 0;
  let counted = 0;
  return {
    begin(next) {
      transaction = next;
    },
    send: (message) => messages.push({ transaction, message }),
    publish: (blob) => blobs.push({ transaction, blob }),
    record: (response) => oracleResponses.push({ transaction, response }),
    govern(changed) {
      settings = { ...settings, ...changed };
    },
    takeSent() {
      const sent = messages.slice(counted).map(({ message }) => message);
      counted = messages.length;
      return sent;
    },
    isClosed: () => settings.closed,
    nextChild: () => children++,
    recorded: () => ({ messages, blobs, oracleResponses }),
    changedSettings: () => (settings === before ? undefined : settings),
  };
}
