import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { PreviousMessages } from '#protocol/block/outcome.ts';
import type { RowKey } from '#protocol/messaging/inbox-row.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { loadBlock } from './load-block.ts';
import type { WorkerPorts } from './ports.ts';
import { quarantineChains } from './quarantine.ts';

/** Most rows of passed-over envelopes that one block rids its inbox of. */
const passedMax = 64;

/**
 * Deletes the rows of envelopes that a block passed over: from the newest of each sender back along
 * the links of its blocks, up to the first whose row is gone. A row is deleted once it was compared
 * with the sender's block.
 */
export async function deletePassed(
  ports: WorkerPorts,
  recipient: ChainId,
  newest: readonly RowKey[],
): Promise<void> {
  const passed: RowKey[] = [];
  for (const { origin, height: first } of newest) {
    let height: BlockHeight | undefined = first;
    while (height !== undefined && passed.length < passedMax) {
      const key: RowKey = { origin, height };
      const sent = await comparedBlock(ports, recipient, key);
      if (!sent) break;
      passed.push(key);
      const links: readonly PreviousMessages[] = sent.outcome.previousMessages;
      height = links.find((link) => link.recipient === recipient)?.height;
    }
  }
  if (passed.length > 0) await ports.chains.deleteRows(recipient, passed);
}

/** The block behind a row; none if the row is gone, or is to stay. */
async function comparedBlock(
  ports: WorkerPorts,
  recipient: ChainId,
  key: RowKey,
): Promise<Block | undefined> {
  const [row] = await ports.chains.loadRows(recipient, [key]);
  const sent = row && (await loadBlock(ports, key.origin, key.height))?.block;
  if (!row || !sent) return undefined;
  if (sent.hash === row.block) return sent;
  await quarantineChains(ports, [recipient]);
  return undefined;
}
