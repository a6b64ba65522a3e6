import type { ChainId } from '../block/chain-id.ts';
import type { OutgoingMessage } from '../block/message.ts';
import type { Account, AccountOwner } from '../block/owner.ts';
import { amountText } from '../primitives/amount-text.ts';
import { type Amount, amount } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { TransactionContext } from './transaction-context.ts';

/** Why tokens cannot be moved. */
export type BalanceRejection = Rejection<'zero-amount' | 'insufficient-balance'>;

export interface Movement {
  /** Whose tokens on this chain; whether they may be moved was checked. */
  readonly from: AccountOwner;
  readonly to: Account;
  readonly amount: Amount;
}

/** Takes tokens from an account of this chain, and pays them here or sends them. */
export function moveTokens(
  context: TransactionContext,
  { from, to, amount: moved }: Movement,
): Result<undefined, BalanceRejection> {
  const taken = takeTokens(context, from, moved);
  if (!taken.ok) return taken;
  payTokens(context, { from, to, amount: moved });
  return ok(undefined);
}

/** Takes tokens from an account of this chain. */
export function takeTokens(
  { balances }: TransactionContext,
  from: AccountOwner,
  taken: Amount,
): Result<undefined, BalanceRejection> {
  const there = balances.debit(from, taken);
  return there === undefined ? ok(undefined) : tooLittle('insufficient-balance', there, taken);
}

/** Pays tokens that were taken: here, or by a message that brings them back if it is refused. */
export function payTokens(
  { chain, balances, effects }: TransactionContext,
  { from, to, amount: paid }: Movement,
): void {
  if (to.chain === chain) {
    balances.credit(to.owner, paid);
  } else {
    effects.send(creditMessage({ from, to, amount: paid }));
  }
}

/** The message with which tokens travel. */
export function creditMessage({ from: source, to, amount: paid }: Movement): OutgoingMessage {
  const body = { kind: 'credit', target: to.owner, amount: paid, source } as const;
  return { ...plainMessage(to.chain), delivery: { kind: 'tracked' }, body };
}

export function checkNotZero(moved: Amount): Result<undefined, BalanceRejection> {
  return moved === 0n ? refuse('zero-amount', '0', 'more than 0') : ok(undefined);
}

export function tooLittle<const Kind extends string>(kind: Kind, there: Amount, wanted: Amount) {
  return refuse(kind, `${amountText(there)} tokens`, `at least ${amountText(wanted)} tokens`);
}

/** What a message holds that authorises nothing and pays for nothing. */
export function plainMessage(destination: ChainId): Omit<OutgoingMessage, 'delivery' | 'body'> {
  return { destination, authenticated: undefined, grant: amount(0n), refundTo: undefined };
}
