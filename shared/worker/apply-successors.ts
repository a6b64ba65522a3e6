import type { ChainId } from '#protocol/block/chain-id.ts';
import { decideConfirmed } from '#protocol/chain/decide-confirmed.ts';
import { storedBlock } from './fetch-needs.ts';
import type { WorkerPorts } from './ports.ts';
import { updateChain } from './update-chain.ts';

/** Most stored blocks that one request makes part of the chain; the next request goes on. */
const successorsMax = 64;

/** Certified blocks may have come early: those that now follow the tip are applied. */
export async function applySuccessors(ports: WorkerPorts, chain: ChainId): Promise<void> {
  for (let applied = 0; applied < successorsMax; applied++) {
    const { head } = await ports.chains.loadHead(chain);
    if (!head) return;
    const bytes = (await ports.chains.loadBlocks(chain, [head.next])).get(head.next);
    if (!bytes) return;
    const { certificate, block } = storedBlock(bytes);
    const [outcome] = await updateChain(ports, chain, [
      (context, open, given) => decideConfirmed(context, open, { certificate, block, given }),
    ]);
    if (outcome?.kind !== 'accepted') return;
  }
}
