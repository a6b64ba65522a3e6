import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import type { IncomingBundle } from '#protocol/block/transaction.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import { execute, type OnPhase } from './block/execute.ts';
import type { Sessions } from './block/sessions.ts';
import type { ClientContext } from './context.ts';
import { chooseBundles, type Wanted } from './inbox/apply-policy.ts';
import { type Attempt, fitBundles, isTooMuch } from './inbox/fit-bundles.ts';
import { pullInbox } from './sync/pull-inbox.ts';
import { amountIn } from './sync/read-inbox.ts';
import { type BlockReceipt, receiptOf } from './transfer.ts';

/** Most bundles that one block takes. */
export const bundlesMax = 300;

export interface InboxReceipt extends BlockReceipt {
  /** Bundles taken, and what they brought to the chain's own balance. */
  readonly taken: number;
  /** How many of them were refused. */
  readonly rejected: number;
  readonly received: Amount;
  /** Bundles that are left for another block; those that the policy ignores are not counted. */
  readonly left: number;
}

export interface InboxRequest {
  readonly chain: ChainId;
  readonly onPhase: OnPhase | undefined;
}

/** Answers what arrived, in one block, as the chain's policy says: as many bundles as fit. */
export async function processInbox(
  context: ClientContext,
  sessions: Sessions,
  { chain, onPhase }: InboxRequest,
): Promise<Result<InboxReceipt, Rejection>> {
  await pullInbox(context, chain);
  let taken: readonly IncomingBundle[] = [];
  let most = bundlesMax;
  const compose = async (_: unknown, attempt: Attempt) => {
    const wanted = await wantedOf(context, chain);
    const chosen = await chooseBundles(context.local, wanted);
    if (chosen.length === 0) return refuse('inbox-empty', '0 bundles', 'at least 1');
    const fitting = await fitBundles(chosen.slice(0, most), attempt, wanted.isClosed);
    if (!fitting.ok) return fitting;
    taken = fitting.value.bundles;
    return ok(fitting.value.transactions);
  };
  for (;;) {
    const done = await execute(context, sessions, { chain, compose, pipeline: false, onPhase });
    if (done.ok)
      return ok({ ...receiptOf(context, done.value), ...(await told(context, chain, taken)) });
    // What makes the proposal too large is left for the next block, never refused.
    if (!isTooMuch(done.error) || taken.length <= 1) return done;
    most = taken.length >> 1;
  }
}

async function wantedOf({ local, wallet }: ClientContext, chain: ChainId): Promise<Wanted> {
  const settings = await readSettings(local.ports, chain);
  return {
    chain,
    policy: await wallet.inboxPolicy(chain),
    isClosed: settings?.closed ?? false,
  };
}

async function told(context: ClientContext, chain: ChainId, taken: readonly IncomingBundle[]) {
  const left = await chooseBundles(context.local, await wantedOf(context, chain));
  const rejected = taken.filter(({ action }) => action.kind === 'reject').length;
  const received = amountIn(taken, chainOwner);
  return { taken: taken.length, rejected, received, left: left.length };
}
