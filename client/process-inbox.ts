import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import type { IncomingBundle, Transaction } from '#protocol/block/transaction.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import { execute, type OnPhase } from './block/execute.ts';
import type { Sessions } from './block/sessions.ts';
import type { ClientContext } from './context.ts';
import { pullInbox } from './sync/pull-inbox.ts';
import { amountIn, readInbox } from './sync/read-inbox.ts';
import { type BlockReceipt, receiptOf } from './transfer.ts';

/** Most bundles that one block takes. */
export const bundlesMax = 300;

export interface InboxReceipt extends BlockReceipt {
  /** Bundles taken, and what they brought to the chain's own balance. */
  readonly taken: number;
  readonly received: Amount;
  /** Bundles that are left for another block. */
  readonly left: number;
}

/** Takes what arrived into one block: the oldest of each sender first, as many as fit. */
export async function processInbox(
  context: ClientContext,
  sessions: Sessions,
  { chain, onPhase }: { readonly chain: ChainId; readonly onPhase: OnPhase | undefined },
): Promise<Result<InboxReceipt, Rejection>> {
  await pullInbox(context, chain);
  let taken: readonly IncomingBundle[] = [];
  let most = bundlesMax;
  for (;;) {
    const compose = async (): Promise<Result<readonly Transaction[], Rejection>> => {
      const settings = await readSettings(context.local.ports, chain);
      const waiting = await readInbox(context.local, chain, most);
      taken = settings?.closed ? waiting.map(answerOfClosed) : waiting;
      if (taken.length === 0) return refuse('inbox-empty', '0 bundles', 'at least 1');
      return ok(taken.map((bundle) => ({ kind: 'receive', ...bundle })));
    };
    const done = await execute(context, sessions, { chain, compose, pipeline: false, onPhase });
    if (done.ok) {
      const left = await readInbox(context.local, chain, bundlesMax);
      const received = amountIn(taken, chainOwner);
      const receipt = receiptOf(context, done.value);
      return ok({ ...receipt, taken: taken.length, received, left: left.length });
    }
    // What does not fit is left for the next block, never refused.
    if (!tooMuch.has(done.error.kind) || taken.length <= 1) return done;
    most = taken.length >> 1;
  }
}

/** A closed chain takes what comes back to it, and returns the rest to its senders. */
function answerOfClosed(bundle: IncomingBundle): IncomingBundle {
  const isReturned = bundle.bundle.messages.every(({ delivery }) => delivery.kind === 'bouncing');
  return { ...bundle, action: { kind: isReturned ? 'accept' : 'reject' } };
}

const tooMuch: ReadonlySet<string> = new Set([
  'block-too-large',
  'too-many-transactions',
  'proposal-too-large',
]);
