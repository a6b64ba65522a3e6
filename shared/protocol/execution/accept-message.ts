import type { ChainId } from '../block/chain-id.ts';
import type { MessageBody, PostedMessage } from '../block/message.ts';
import { amount } from '../primitives/numbers.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { checkMaySpend } from './authority.ts';
import { checkNotZero, moveTokens } from './move-tokens.ts';
import { grantPayer } from './payers.ts';
import type { ExecutionRejection } from './rejection.ts';
import { refundGrant, refundOf } from './settle-grant.ts';
import type { TransactionContext } from './transaction-context.ts';

type Handled = Result<undefined, ExecutionRejection>;

/** A body, and the rest of the message that it came in. */
interface Received<Kind extends MessageBody['kind']> {
  readonly body: Extract<MessageBody, { kind: Kind }>;
  readonly message: PostedMessage;
}

type Handlers = {
  readonly [Kind in MessageBody['kind']]?: (
    context: TransactionContext,
    received: Received<Kind>,
  ) => Handled;
};

/** What messages of this version do; the others are layout only. */
const handlers: Handlers = { credit, withdraw };

/**
 * Carries out what a message asks, with no more authority than it carries. Its grant pays first,
 * and what is left of it is given back.
 */
export function acceptMessage(
  context: TransactionContext,
  origin: ChainId,
  message: PostedMessage,
): Handled {
  const done = acceptBody(context, { body: message.body, message });
  if (!done.ok) return done;
  const grant = grantPayer(message.grant);
  const paid = context.fees.useSent(grant);
  if (!paid.ok) return paid;
  refundGrant(context, { to: refundOf(message, origin), left: amount(grant.available()) });
  return ok(undefined);
}

function acceptBody<Kind extends MessageBody['kind']>(
  context: TransactionContext,
  received: Received<Kind>,
): Handled {
  const { kind } = received.body;
  const handle = handlers[kind];
  if (handle !== undefined) return handle(context, received);
  return refuse('not-supported', `a ${kind} message`, 'one of this version');
}

/** A returned credit goes back to whom it was taken from. */
function credit({ balances }: TransactionContext, { body, message }: Received<'credit'>): Handled {
  const isReturned = message.delivery.kind === 'bouncing';
  balances.credit(isReturned ? body.source : body.target, body.amount);
  return ok(undefined);
}

/** Nothing was taken for a request that returned, so nothing is given back. */
function withdraw(context: TransactionContext, { body, message }: Received<'withdraw'>): Handled {
  if (message.delivery.kind === 'bouncing') return ok(undefined);
  const some = checkNotZero(body.amount);
  if (!some.ok) return some;
  const { ownership } = context.settings;
  const allowed = checkMaySpend(ownership, body.owner, message.authenticated);
  if (!allowed.ok) return allowed;
  return moveTokens(context, { from: body.owner, to: body.to, amount: body.amount });
}
