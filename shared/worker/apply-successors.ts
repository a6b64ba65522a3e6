import type { ChainId } from '#protocol/block/chain-id.ts';
import type { StoredBlock } from '#protocol/block/stored-block.ts';
import { decideConfirmed } from '#protocol/chain/decide-confirmed.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { Decide } from './decide-in-waves.ts';
import { blockFromStored, loadBlock } from './load-block.ts';
import type { WorkerPorts } from './ports.ts';
import { updateChain } from './update-chain.ts';

/** Most stored blocks that one request makes part of the chain; the next request goes on. */
const successorsMax = 64;
/** Most that are saved together. */
const togetherMax = 16;

/** Certified blocks may have come early: those from `next` on that follow the tip are applied. */
export async function applySuccessors(
  ports: WorkerPorts,
  chain: ChainId,
  next: BlockHeight,
): Promise<void> {
  for (let applied = 0; applied < successorsMax; ) {
    const [first, ...more] = await storedFrom(ports, chain, blockHeight(next + BigInt(applied)));
    if (!first) return;
    const results = await updateChain(ports, chain, {
      decisions: [decision(first), ...more.map(decision)],
      behindRefused: 'left',
    });
    if (results.at(-1)?.kind !== 'accepted') return;
    applied += results.length;
  }
}

/** Mostly there is none, which takes one look. */
async function storedFrom(
  ports: WorkerPorts,
  chain: ChainId,
  from: BlockHeight,
): Promise<readonly StoredBlock[]> {
  const first = await loadBlock(ports, chain, from);
  if (!first) return [];
  const heights = Array.from({ length: togetherMax - 1 }, (_, i) =>
    blockHeight(from + BigInt(i + 1)),
  );
  const found = await ports.chains.loadBlocks(chain, heights);
  const stored = [first];
  for (const height of heights) {
    const bytes = found.get(height);
    if (!bytes) break;
    stored.push(blockFromStored(bytes));
  }
  return stored;
}

function decision(stored: StoredBlock): Decide {
  return (context, open, given) => decideConfirmed(context, open, { ...stored, given });
}
