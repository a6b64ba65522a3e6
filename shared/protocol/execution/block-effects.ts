import { outgoingMessageCodec } from '../block/message.ts';
import type { BlockOutcome, SentMessage } from '../block/outcome.ts';
import { encodedLength } from '../encoding/codec.ts';
import type { Usage } from './resources.ts';
import type { Settings } from './system-state.ts';
import type { Effects } from './transaction-context.ts';

type Recorded = Pick<BlockOutcome, 'messages' | 'blobs' | 'oracleResponses'>;

/** What the transactions of a block do besides changing balances, in their order. */
export interface BlockEffects extends Effects {
  /** What follows belongs to this transaction. */
  begin(transaction: number): void;
  recorded(): Recorded;
  /** What was sent since this was last asked. */
  takeSent(): Usage;
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
  let messageByte = 0;
  return {
    begin(next) {
      transaction = next;
    },
    send(message) {
      messages.push({ transaction, message });
      messageByte += encodedLength(outgoingMessageCodec, message);
    },
    publish: (blob) => blobs.push({ transaction, blob }),
    record: (response) => oracleResponses.push({ transaction, response }),
    govern(changed) {
      settings = { ...settings, ...changed };
    },
    takeSent() {
      const sent = { message: messages.length - counted, messageByte };
      counted = messages.length;
      messageByte = 0;
      return sent;
    },
    isClosed: () => settings.closed,
    nextChild: () => children++,
    recorded: () => ({ messages, blobs, oracleResponses }),
    changedSettings: () => (settings === before ? undefined : settings),
  };
}
