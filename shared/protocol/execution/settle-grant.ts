import type { ChainId } from '../block/chain-id.ts';
import type { PostedMessage } from '../block/message.ts';
import { type Account, chainOwner } from '../block/owner.ts';
import type { Amount } from '../primitives/numbers.ts';
import { payTokens } from './move-tokens.ts';
import type { TransactionContext } from './transaction-context.ts';

type Granted = Pick<PostedMessage, 'grant' | 'refundTo'>;

/** Who gets what is left of a message's grant: its origin, if it does not say. */
export function refundOf({ refundTo }: Granted, origin: ChainId): Account {
  return refundTo ?? { chain: origin, owner: chainOwner };
}

/** Gives back what is left of a grant. If the refund is refused, this chain keeps it. */
export function refundGrant(
  context: TransactionContext,
  { to, left }: { readonly to: Account; readonly left: Amount },
): void {
  if (left > 0n) payTokens(context, { from: chainOwner, to, amount: left });
}
