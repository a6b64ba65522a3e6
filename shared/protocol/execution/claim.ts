import type { Operation } from '../block/operation.ts';
import { type AccountOwner, isSameOwner } from '../block/owner.ts';
import { ok, type Result } from '../primitives/result.ts';
import { attachGrant } from './attach-grant.ts';
import { type AuthorityRejection, unauthenticated } from './authority.ts';
import { type BalanceRejection, checkNotZero, plainMessage } from './move-tokens.ts';
import type { OutOfFees } from './payers.ts';
import type { TransactionContext } from './transaction-context.ts';
import { transfer } from './transfer.ts';

/**
 * Moves tokens of an account wherever it is. Another chain is asked by a message that carries the
 * signer's name; whether he owns that chain, if its own balance is asked, it alone knows.
 */
export function claim(
  context: TransactionContext,
  { from, to, amount }: Extract<Operation, { kind: 'claim' }>,
): Result<undefined, AuthorityRejection | BalanceRejection | OutOfFees> {
  if (from.chain === context.chain) return transfer(context, { from: from.owner, to, amount });
  const some = checkNotZero(amount);
  if (!some.ok) return some;
  const { signer } = context;
  if (signer === undefined || !mayAsk(from.owner, signer)) {
    return unauthenticated(signer, from.owner);
  }
  const granted = attachGrant(context, signer, { from, to, amount });
  if (!granted.ok) return granted;
  context.effects.send({
    ...plainMessage(from.chain),
    ...granted.value,
    authenticated: signer,
    delivery: { kind: 'simple' },
    body: { kind: 'withdraw', owner: from.owner, amount, to },
  });
  return ok(undefined);
}

function mayAsk(owner: AccountOwner, signer: AccountOwner): boolean {
  return owner.kind === 'chain' || isSameOwner(owner, signer);
}
