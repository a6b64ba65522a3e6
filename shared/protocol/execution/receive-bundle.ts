import type { PostedMessage } from '../block/message.ts';
import type { IncomingBundle } from '../block/transaction.ts';
import { takeBundle } from '../messaging/consume.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { ExecutionRejection } from './rejection.ts';
import { readNextToRemove, writeNextToRemove } from './system-state.ts';
import type { TransactionContext } from './transaction-context.ts';

/** Takes a bundle from the inbox; its messages take effect, or are refused, together. */
export function receiveBundle(
  context: TransactionContext,
  { origin, action, bundle }: IncomingBundle,
): Result<undefined, ExecutionRejection> {
  const taken = takeBundle(readNextToRemove(context.view, origin), bundle);
  if (!taken.ok) return taken;
  writeNextToRemove(context.view, origin, taken.value);
  for (const message of bundle.messages) {
    if (message.grant !== 0n) return refuse('not-supported', 'a message with a grant', 'no grant');
    const answered =
      action.kind === 'accept'
        ? acceptMessage(context, message)
        : rejectMessage(context, origin, message);
    if (!answered.ok) return answered;
  }
  return ok(undefined);
}

function acceptMessage(
  { balances }: TransactionContext,
  { body, delivery }: PostedMessage,
): Result<undefined, ExecutionRejection> {
  if (body.kind !== 'credit') {
    return refuse('not-supported', `a ${body.kind} message`, 'a credit');
  }
  // A returned credit goes back to whom it was taken from.
  balances.credit(delivery.kind === 'bouncing' ? body.source : body.target, body.amount);
  return ok(undefined);
}

function rejectMessage(
  { send }: TransactionContext,
  origin: IncomingBundle['origin'],
  { body, delivery, grant }: PostedMessage,
): Result<undefined, ExecutionRejection> {
  if (delivery.kind === 'protected' || delivery.kind === 'bouncing') {
    return refuse('cannot-reject', `a ${delivery.kind} message`, 'a simple or tracked one');
  }
  if (delivery.kind === 'tracked') {
    send({
      destination: origin,
      authenticated: undefined,
      grant,
      refundTo: undefined,
      delivery: { kind: 'bouncing' },
      body,
    });
  }
  return ok(undefined);
}
