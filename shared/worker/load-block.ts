import type { ChainId } from '#protocol/block/chain-id.ts';
import { type StoredBlock, storedBlockFromBytes } from '#protocol/block/stored-block.ts';
import { assert } from '#protocol/primitives/assert.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from './ports.ts';

/** One certified block of our own store, if it is there. */
export async function loadBlock(
  { chains }: WorkerPorts,
  chain: ChainId,
  height: BlockHeight,
): Promise<StoredBlock | undefined> {
  const bytes = (await chains.loadBlocks(chain, [height])).get(height);
  return bytes && blockFromStored(bytes);
}

export function blockFromStored(bytes: Uint8Array): StoredBlock {
  const decoded = storedBlockFromBytes(bytes);
  assert(decoded.ok, 'the store holds what was encoded for it');
  return decoded.value;
}
