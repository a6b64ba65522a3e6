import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Account } from '#protocol/block/owner.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readBalance } from '#worker/read-state.ts';
import { type AccountRef, resolveAccount } from './account-ref.ts';
import type { ClientContext } from './context.ts';
import { learnChain } from './sync/apply-block.ts';
import { pullChain } from './sync/pull-chain.ts';
import { pullInbox } from './sync/pull-inbox.ts';
import { amountIn, readInbox } from './sync/read-inbox.ts';
import { ruleFor } from './wallet/inbox-policy.ts';

export interface Balance {
  readonly account: Account;
  /** By certified blocks of the chain that were verified here. */
  readonly confirmed: Amount;
  /** In bundles that are not taken yet, nor ignored; their senders' certificates were verified. */
  readonly incoming: Amount;
  /** Whether all is here that a quorum has; if not, there may be newer blocks or more bundles. */
  readonly isComplete: boolean;
}

/** Most bundles that are added up. */
const bundlesMax = 10_000;

/** What an account has, and what is on its way to it. */
export async function readBalances(
  context: ClientContext,
  ref: AccountRef,
): Promise<Result<Balance, Rejection>> {
  const account = await resolveAccount(context.wallet, ref);
  if (!account.ok) return account;
  const { chain, owner } = account.value;
  const described = await learnChain(context, chain);
  if (!described.ok) return described;
  context.follow(chain);
  const { local } = context;
  const pulled = await pullChain(context, chain);
  const inbox = await pullInbox(context, chain);
  const policy = await context.wallet.inboxPolicy(chain);
  const isWanted = (origin: ChainId) => ruleFor(policy, origin) !== 'ignore';
  const bundles = await readInbox(local, chain, bundlesMax, isWanted);
  return ok({
    account: account.value,
    confirmed: await readBalance(local.ports, account.value),
    incoming: amountIn(bundles, owner),
    isComplete: inbox.isComplete && pulled.isComplete,
  });
}
