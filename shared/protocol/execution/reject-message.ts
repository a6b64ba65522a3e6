import type { ChainId } from '../block/chain-id.ts';
import type { PostedMessage } from '../block/message.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { acceptMessage } from './accept-message.ts';
import type { ExecutionRejection } from './rejection.ts';
import { refundGrant, refundOf } from './settle-grant.ts';
import type { TransactionContext } from './transaction-context.ts';

/**
 * Refuses a message: a simple one is gone, a tracked one returns. A closed chain may refuse all,
 * so that no bundle can block its inbox for ever: what is protected returns like what is tracked.
 */
export function rejectMessage(
  context: TransactionContext,
  origin: ChainId,
  message: PostedMessage,
): Result<undefined, ExecutionRejection> {
  const { kind } = message.delivery;
  const isFinal = kind === 'protected' || kind === 'bouncing';
  if (isFinal && !context.effects.isClosed()) {
    return refuse('cannot-reject', `a ${kind} message`, 'a simple or tracked one');
  }
  switch (kind) {
    case 'simple':
      refundGrant(context, { to: refundOf(message, origin), left: message.grant });
      return ok(undefined);
    case 'tracked':
    case 'protected':
      bounce(context, origin, message);
      return ok(undefined);
    case 'bouncing':
      return acceptMessage(context, origin, message);
  }
}

/** The message goes back with its grant, for which there is then someone to get what is left. */
function bounce({ effects }: TransactionContext, origin: ChainId, message: PostedMessage): void {
  const { body, grant } = message;
  effects.send({
    destination: origin,
    authenticated: undefined,
    grant,
    refundTo: grant > 0n ? refundOf(message, origin) : undefined,
    delivery: { kind: 'bouncing' },
    body,
  });
}
