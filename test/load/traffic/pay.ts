import type { Client } from '#client/client.ts';
import type { BlockReceipt } from '#client/transfer.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { acknowledged, type LoadEvents, measured } from './samples.ts';

/** What a refusal of our own client is for artillery: it counts errors by their message. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

export function grantedTo<T>(result: Result<T, Rejection>): T {
  if (result.ok) return result.value;
  throw new RefusedError(result.error.kind);
}

export interface Payment {
  readonly client: Client;
  readonly from: string;
  readonly to: ChainId;
}

const one = amount(1n);

/** A transfer that somebody waits for until a quorum holds it in the recipient's inbox. */
export async function pay(events: LoadEvents, { client, from, to }: Payment): Promise<void> {
  const sent = await client.transfer({ from, to, amount: one });
  if (!sent.ok) {
    // The block may be there all the same: then this finishes it.
    final(events, grantedTo(await resumed(client, from, sent.error)));
    return;
  }
  const { timingsMs } = sent.value;
  final(events, sent.value);
  measured(events, 'deliver_ms', timingsMs.deliver);
  if (!sent.value.isDelivered) events.emit('counter', 'late_deliveries', 1);
}

/** One block that pays many. */
export async function payMany(
  events: LoadEvents,
  { client, from: chain }: { readonly client: Client; readonly from: ChainId },
  to: readonly ChainId[],
): Promise<void> {
  const operations = to.map(
    (chain) =>
      ({
        kind: 'transfer',
        from: chainOwner,
        to: { chain, owner: chainOwner },
        amount: one,
      }) as const,
  );
  const sent = await client.execute({ chain, operations });
  final(events, grantedTo(sent.ok ? sent : await resumed(client, chain, sent.error)));
}

/** Tries until this owner has its block, whatever others put before it. */
export async function payAmongOwners(events: LoadEvents, payment: Payment): Promise<void> {
  const { client, from, to } = payment;
  for (let lost = 0; lost < contendedTriesMax; lost++) {
    const sent = await client.transfer({ from, to, amount: one });
    const done = sent.ok ? sent : await resumed(client, from, sent.error);
    if (done.ok) {
      final(events, done.value);
      events.emit('counter', 'heights_lost', lost);
      return;
    }
    if (!isLost.has(done.error.kind)) grantedTo(done);
  }
  throw new RefusedError('never-first');
}

const contendedTriesMax = 50;

/** Another block took the height, or is about to; there is one more height. */
const isLost: ReadonlySet<string> = new Set(['conflict', 'nothing-pending', 'block-pending']);

/** The block that was saved before it went out, once it is final; otherwise what went wrong. */
async function resumed(
  client: Client,
  chain: string,
  error: Rejection,
): Promise<Result<BlockReceipt, Rejection>> {
  const again = await client.retryPending(chain);
  return again.ok || again.error.kind !== 'nothing-pending' ? again : { ok: false, error };
}

/** Tells of a block that is final. */
function final(events: LoadEvents, { block, timingsMs }: BlockReceipt): void {
  acknowledged(block);
  events.emit('counter', 'blocks', 1);
  measured(events, 'propose_ms', timingsMs.propose);
  measured(events, 'certify_ms', timingsMs.certify);
}
