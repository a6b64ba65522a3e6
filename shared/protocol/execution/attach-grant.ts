import { type OutgoingMessage, outgoingMessageCodec } from '../block/message.ts';
import { type Account, type AccountOwner, chainOwner } from '../block/owner.ts';
import { encodedLength } from '../encoding/codec.ts';
import { type Amount, amount } from '../primitives/numbers.ts';
import { ok, type Result } from '../primitives/result.ts';
import { checkMaySpend } from './authority.ts';
import { creditMessage } from './move-tokens.ts';
import { type OutOfFees, outOfFees } from './payers.ts';
import type { TransactionContext } from './transaction-context.ts';

export interface Withdrawal {
  readonly from: Account;
  readonly to: Account;
  readonly amount: Amount;
}

type Granted = Pick<OutgoingMessage, 'grant' | 'refundTo'>;

const noGrant: Granted = { grant: amount(0n), refundTo: undefined };

/**
 * What the message that asks for a withdrawal carries, so that whoever is asked pays nothing for
 * the message that answers it. One account gives it, and gets back what is left: the chain's own
 * balance if the signer may spend it and it suffices, else the signer's account.
 */
export function attachGrant(
  { chain, settings, balances, fees }: TransactionContext,
  signer: AccountOwner,
  { from, to, amount: moved }: Withdrawal,
): Result<Granted, OutOfFees> {
  if (to.chain === from.chain) return ok(noGrant);
  const answer = creditMessage({ from: from.owner, to, amount: moved });
  const messageByte = encodedLength(outgoingMessageCodec, answer);
  const cost = fees.costOf({ message: 1, messageByte });
  if (cost === 0n) return ok(noGrant);
  const mayUseChains = checkMaySpend(settings.ownership, chainOwner, signer).ok;
  const isChains = mayUseChains && balances.available(chainOwner) >= cost;
  const giver = isChains ? chainOwner : signer;
  const available = balances.available(giver);
  if (available < cost) return outOfFees(available, cost);
  balances.debit(giver, amount(cost));
  return ok({ grant: amount(cost), refundTo: { chain, owner: giver } });
}
