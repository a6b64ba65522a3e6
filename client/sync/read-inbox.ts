import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Cursor } from '#protocol/block/cursor.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import { isSameOwner } from '#protocol/block/owner.ts';
import type { IncomingBundle } from '#protocol/block/transaction.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import { takeBundle } from '#protocol/messaging/consume.ts';
import { isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { type Amount, amount, u128Max } from '#protocol/primitives/numbers.ts';
import { readNextToRemove } from '#worker/read-state.ts';
import type { LocalNode } from '../local-node/local-node.ts';

const pageLimit = 256;

/**
 * The bundles of a chain's inbox that are not taken yet, in the order in which they may be: by
 * sender, then as it sent them. All are from certified blocks that are here. Of senders that are
 * not wanted nothing is loaded.
 */
export async function readInbox(
  local: LocalNode,
  chain: ChainId,
  bundlesMax: number,
  isWanted: (origin: ChainId) => boolean = () => true,
): Promise<readonly IncomingBundle[]> {
  const found: IncomingBundle[] = [];
  const cursors = new Map<ChainId, Cursor>();
  let cursor: string | undefined;
  do {
    const page = await local.ports.chains.listRows(chain, cursor, pageLimit);
    for (const row of page.items) {
      const { origin, height, block: hash } = row;
      if (!isWanted(origin)) continue;
      const next = cursors.get(origin) ?? (await readNextToRemove(local.ports, chain, origin));
      cursors.set(origin, next);
      if (isRowTaken(row, next)) continue;
      const sent = await local.block(origin, height);
      if (sent?.block.hash !== hash) continue;
      for (const bundle of bundlesFor(sent.block, chain)) {
        const taken = takeBundle(cursors.get(origin) ?? next, bundle);
        // Taken already, or behind one that is not here: it must wait.
        if (!taken.ok) continue;
        if (found.length >= bundlesMax) return found;
        cursors.set(origin, taken.value);
        found.push({ origin, action: { kind: 'accept' }, bundle });
      }
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

/** The tokens that bundles bring to `owner`; of those that are refused, what comes back with them. */
export function amountIn(bundles: readonly IncomingBundle[], owner: AccountOwner): Amount {
  let sum = 0n;
  for (const { action, bundle } of bundles) {
    for (const { body, delivery } of bundle.messages) {
      const isReturned = delivery.kind === 'bouncing';
      if (body.kind !== 'credit' || (action.kind === 'reject' && !isReturned)) continue;
      const credited = isReturned ? body.source : body.target;
      if (isSameOwner(credited, owner)) sum += body.amount;
    }
  }
  return amount(sum > u128Max ? u128Max : sum);
}
