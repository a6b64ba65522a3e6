import { type ChainWrite, emptyWrite } from '#ports/chain-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { loadStart } from './load-start.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';
import { piecesFrom } from './write-of.ts';

const attemptsMax = 16;

/** Sets the quarantine flag of chains through the fence: the only other write of a head. */
export async function quarantineChains(
  ports: WorkerPorts,
  chains: readonly ChainId[],
): Promise<void> {
  for (const chain of new Set(chains)) await quarantineChain(ports, chain);
}

async function quarantineChain(ports: WorkerPorts, chain: ChainId): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const { version, start: known } = await loadStart(ports, chain);
    if (!known || known.head.quarantined) return;
    const write: ChainWrite = {
      ...emptyWrite,
      nodes: piecesFrom(known.unsaved),
      head: { ...known.head, quarantined: true },
    };
    const result = await ports.chains.save(chain, version, write);
    if (result.kind !== 'saved') continue;
    memoryOf(ports).counters.quarantines++;
    return;
  }
  throw new StoreFault(`chain ${chain} cannot be quarantined now`);
}
