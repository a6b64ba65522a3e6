import type { ChainId } from '#protocol/block/chain-id.ts';
import { decideConfirmed } from '#protocol/chain/decide-confirmed.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import { storedBlock } from './fetch-needs.ts';
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
    const bytes = (await ports.chains.loadBlocks(chain, [height])).get(height);
    if (!bytes) return;
    const { certificate, block } = storedBlock(bytes);
    const [outcome] = await updateChain(ports, chain, [
      (context, open, given) => decideConfirmed(context, open, { certificate, block, given }),
    ]);
    if (outcome?.kind !== 'accepted') return;
  }
}
