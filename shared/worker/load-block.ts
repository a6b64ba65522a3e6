import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { certifiedBlockFromBytes } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { assert } from '#protocol/primitives/assert.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from './ports.ts';

/** One certified block of our own store, if it is there. */
export async function loadBlock(
  { chains }: WorkerPorts,
  chain: ChainId,
  height: BlockHeight,
): Promise<CertifiedBlock | undefined> {
  const bytes = (await chains.loadBlocks(chain, [height])).get(height);
  return bytes && blockFromStored(bytes);
}

export function blockFromStored(bytes: Uint8Array): CertifiedBlock {
  const decoded = certifiedBlockFromBytes(bytes);
  assert(decoded.ok, 'the store holds what was encoded for it');
  return decoded.value;
}
