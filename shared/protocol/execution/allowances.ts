import type { Operation } from '../block/operation.ts';
import { isSameOwner } from '../block/owner.ts';
import { amount } from '../primitives/numbers.ts';
import type { Rejection } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { type AuthorityRejection, checkMaySpend, unauthenticated } from './authority.ts';
import { type BalanceRejection, checkNotZero, moveTokens, tooLittle } from './move-tokens.ts';
import { readAllowance, writeAllowance } from './system-state.ts';
import type { TransactionContext } from './transaction-context.ts';

/** Why nothing is moved in another's name. */
export type AllowanceRejection =
  | AuthorityRejection
  | BalanceRejection
  | Rejection<'insufficient-allowance'>;

/** Lets `spender` move up to an amount of the owner's, in place of what he might before. */
export function approve(
  { view, settings, signer }: TransactionContext,
  { owner, spender, amount: allowed }: Extract<Operation, { kind: 'approve' }>,
): Result<undefined, AuthorityRejection> {
  const mayAllow = checkMaySpend(settings.ownership, owner, signer);
  if (!mayAllow.ok) return mayAllow;
  writeAllowance(view, { owner, spender }, allowed);
  return ok(undefined);
}

/** Moves tokens of `owner` in the name of the spender whom he allowed it. */
export function transferFrom(
  context: TransactionContext,
  { owner, spender, to, amount: moved }: Extract<Operation, { kind: 'transfer-from' }>,
): Result<undefined, AllowanceRejection> {
  const some = checkNotZero(moved);
  if (!some.ok) return some;
  const { view, signer } = context;
  if (signer === undefined || !isSameOwner(spender, signer)) {
    return unauthenticated(signer, spender);
  }
  const allowed = readAllowance(view, { owner, spender });
  if (allowed < moved) return tooLittle('insufficient-allowance', allowed, moved);
  const done = moveTokens(context, { from: owner, to, amount: moved });
  if (!done.ok) return done;
  writeAllowance(view, { owner, spender }, amount(allowed - moved));
  return ok(undefined);
}
