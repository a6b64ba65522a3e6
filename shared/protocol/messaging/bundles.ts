import type { Block } from '../block/block.ts';
import type { ChainId } from '../block/chain-id.ts';
import type { Cursor } from '../block/cursor.ts';
import type { MessageBundle, PostedMessage } from '../block/message.ts';

/**
 * The bundles that `block` sends to `recipient`, in order: the messages of each transaction, and
 * the cursor of the unskippable bundle before it, wherever that was.
 */
export function bundlesFor(block: Block, recipient: ChainId): readonly MessageBundle[] {
  const { height, epoch, timestamp } = block.header;
  const link = block.outcome.previousMessages.find((one) => one.recipient === recipient);
  let lastUnskippable: Cursor | undefined = link?.lastUnskippable;
  const bundles: MessageBundle[] = [];
  for (const [transaction, messages] of messagesFor(block, recipient)) {
    bundles.push({
      height,
      transaction,
      block: block.hash,
      epoch,
      timestamp,
      lastUnskippable,
      messages,
    });
    if (!isSkippable(messages)) lastUnskippable = { height, transaction };
  }
  return bundles;
}

/** Number of the last transaction of `block` with messages for `recipient`. */
export function lastTransactionFor(block: Block, recipient: ChainId): number | undefined {
  const { messages } = block.outcome;
  return messages.findLast(({ message }) => message.destination === recipient)?.transaction;
}

/** The chains that `block` sends messages to. */
export function recipientsOf(block: Block): readonly ChainId[] {
  return block.outcome.previousMessages.map(({ recipient }) => recipient);
}

/**
 * Whether a bundle may be passed over: it only holds simple messages without a grant. Tracked and
 * protected ones must be answered, and returned ones carry their sender's money.
 */
export function isSkippable(
  messages: readonly Pick<PostedMessage, 'delivery' | 'grant'>[],
): boolean {
  return messages.every(({ delivery, grant }) => delivery.kind === 'simple' && grant === 0n);
}

function messagesFor(block: Block, recipient: ChainId): ReadonlyMap<number, PostedMessage[]> {
  const byTransaction = new Map<number, PostedMessage[]>();
  let index = 0;
  let current = -1;
  for (const { transaction, message } of block.outcome.messages) {
    index = transaction === current ? index + 1 : 0;
    current = transaction;
    if (message.destination !== recipient) continue;
    const { destination: _, ...contents } = message;
    const posted = byTransaction.get(transaction) ?? [];
    posted.push({ index, ...contents });
    byTransaction.set(transaction, posted);
  }
  return byTransaction;
}
