import type { BlobId } from '#protocol/block/blob.ts';
import type { Block } from '#protocol/block/block.ts';
import { ownerText } from '#protocol/block/owner.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { StageRejection } from '#worker/stage-block.ts';
import type { ClientContext } from '../context.ts';
import { fetchLacking } from '../sync/apply-block.ts';
import { blobsNamedIn } from '../sync/fetch-blobs.ts';

/** How often a draft may turn out to lack something more. */
const attemptsMax = 4;

/** Executes a draft over the newest block here; blobs that are lacking are fetched first. */
export async function stage(
  context: ClientContext,
  proposed: ProposedBlock,
): Promise<Result<Block, StageRejection>> {
  const { local } = context;
  const { chain, height, signer } = proposed;
  const lacking = new Set<BlobId>();
  let staged = await local.stage(proposed);
  for (let attempt = 1; !staged.ok && attempt < attemptsMax; attempt++) {
    const { kind, found } = staged.error;
    if (kind === 'missing-blobs') {
      const holder = `draft of ${signer ? ownerText(signer) : 'nobody'}`;
      for (const id of blobsNamedIn(found)) lacking.add(id);
      const slot = { chain, holder, height, wanted: [...lacking], isGuest: false };
      await local.ports.blobs.openSlot(slot);
    }
    const lack = { failure: staged.error, depth: 0 };
    if (!(await fetchLacking(context, chain, lack))) return staged;
    staged = await local.stage(proposed);
  }
  return staged;
}
