import type { Result } from '../primitives/result.ts';
import { type AuthorityRejection, checkMaySpend } from './authority.ts';
import { type BalanceRejection, checkNotZero, type Movement, moveTokens } from './move-tokens.ts';
import type { TransactionContext } from './transaction-context.ts';

/** Moves tokens of an account of this chain. */
export function transfer(
  context: TransactionContext,
  movement: Movement,
): Result<undefined, AuthorityRejection | BalanceRejection> {
  const some = checkNotZero(movement.amount);
  if (!some.ok) return some;
  const allowed = checkMaySpend(context.settings.ownership, movement.from, context.signer);
  return allowed.ok ? moveTokens(context, movement) : allowed;
}
