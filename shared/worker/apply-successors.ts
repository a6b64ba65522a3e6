import type { ChainId } from '#protocol/block/chain-id.ts';
import { decideConfirmed } from '#protocol/chain/decide-confirmed.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import { loadBlock } from './load-block.ts';
import type { WorkerPorts } from './ports.ts';
import { updateChain } from './update-chain.ts';

/** Most stored blocks that one request makes part of the chain; the next request goes on. */
const successorsMax = 64n;

/** Certified blocks may have come early: those from `next` on that follow the tip are applied. */
export async function applySuccessors(
  ports: WorkerPorts,
  chain: ChainId,
  next: BlockHeight,
): Promise<void> {
  for (let applied = 0n; applied < successorsMax; applied++) {
    const height = blockHeight(next + applied);
    const stored = await loadBlock(ports, chain, height);
    if (!stored) return;
    const [result] = await updateChain(ports, chain, [
      (context, open, given) => decideConfirmed(context, open, { ...stored, given }),
    ]);
    if (result?.kind !== 'accepted') return;
  }
}
