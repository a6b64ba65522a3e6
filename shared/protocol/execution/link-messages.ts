import type { ChainId } from '../block/chain-id.ts';
import type { Cursor } from '../block/cursor.ts';
import type { PreviousMessages, SentMessage } from '../block/outcome.ts';
import { isSkippable } from '../messaging/bundles.ts';
import type { BlockHeight } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';
import { readSent, writeSent } from './system-state.ts';

/**
 * Links a block's messages to the chain's earlier ones: for each recipient, in order of its id,
 * where the last block for it was, and its last bundle that may not be passed over.
 */
export function linkMessages(
  view: StateView,
  height: BlockHeight,
  messages: readonly SentMessage[],
): readonly PreviousMessages[] {
  const links: PreviousMessages[] = [];
  for (const [recipient, lastHere] of [...lastUnskippableByRecipient(height, messages)].sort(
    ([a], [b]) => (a < b ? -1 : 1),
  )) {
    const sent = readSent(view, recipient);
    links.push({ recipient, height: sent?.height, lastUnskippable: sent?.lastUnskippable });
    writeSent(view, recipient, { height, lastUnskippable: lastHere ?? sent?.lastUnskippable });
  }
  return links;
}

function lastUnskippableByRecipient(
  height: BlockHeight,
  messages: readonly SentMessage[],
): ReadonlyMap<ChainId, Cursor | undefined> {
  const last = new Map<ChainId, Cursor | undefined>();
  for (const { transaction, message } of messages) {
    const cursor = isSkippable([message]) ? last.get(message.destination) : { height, transaction };
    last.set(message.destination, cursor);
  }
  return last;
}
