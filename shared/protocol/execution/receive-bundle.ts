import type { PostedMessage } from '../block/message.ts';
import type { IncomingBundle } from '../block/transaction.ts';
import { takeBundle } from '../messaging/consume.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { acceptMessage } from './accept-message.ts';
import { rejectMessage } from './reject-message.ts';
import type { ExecutionRejection } from './rejection.ts';
import { readNextToRemove, writeNextToRemove } from './system-state.ts';
import type { TransactionContext } from './transaction-context.ts';

/** Takes a bundle from the inbox; its messages take effect, or are refused, together. */
export function receiveBundle(
  context: TransactionContext,
  { origin, action, bundle }: IncomingBundle,
): Result<undefined, ExecutionRejection> {
  const { messages } = bundle;
  const { fees } = context;
  const taken = takeBundle(readNextToRemove(context.view, origin), bundle);
  if (!taken.ok) return taken;
  if (action.kind === 'accept' && context.effects.isClosed() && !messages.every(isReturned)) {
    return refuse('chain-closed', 'a bundle that is accepted', 'one that is refused or came back');
  }
  writeNextToRemove(context.view, origin, taken.value);
  const answer = action.kind === 'accept' ? acceptMessage : rejectMessage;
  for (const message of messages) {
    const answered = answer(context, origin, message);
    if (!answered.ok) return answered;
    const mustBePossible = action.kind === 'reject' || isReturned(message);
    const counted = mustBePossible ? fees.useSentAnyway() : fees.useSentFreely();
    if (!counted.ok) return counted;
  }
  return ok(undefined);
}

function isReturned({ delivery }: PostedMessage): boolean {
  return delivery.kind === 'bouncing';
}
