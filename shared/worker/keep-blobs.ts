import type { BlobContent, BlobState } from '#ports/blob-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Step } from '#protocol/chain/decision.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from './ports.ts';

/**
 * Keeps what steps rely on, before anything says so: the blobs of blocks that are voted for, and
 * what certified blocks publish.
 *
 * @returns false if bytes that were at hand are gone: what was decided does not hold.
 */
export async function keepBlobs(
  { blobs }: WorkerPorts,
  chain: ChainId,
  steps: readonly Step[],
): Promise<boolean> {
  for (const { heldBlobs, published, block, info } of steps) {
    if (heldBlobs.length > 0 && !(await blobs.hold(chain, blockHeight(info.next), heldBlobs))) {
      return false;
    }
    if (!block || published.length === 0) continue;
    const { height } = block.block.header;
    const states: BlobState[] = published.map(({ id }) => ({ id, chain, height }));
    const contents: BlobContent[] = published.flatMap(({ id, content }) =>
      content ? [{ id, bytes: content }] : [],
    );
    await blobs.publish(states, contents);
  }
  return true;
}
