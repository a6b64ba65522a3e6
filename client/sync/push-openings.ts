import type { BlobId } from '#protocol/block/blob.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { describeChain } from '#worker/load-start.ts';
import type { LocalNode } from '../local-node/local-node.ts';
import type { Member } from './members.ts';
import { pushCertified } from './push-certified.ts';

/** A chain may have been opened by one that the member does not know either. */
const depthMax = 8;

/**
 * Sends the member the certified block that opened a chain, and if need be the one that opened
 * the chain of that block.
 */
export async function pushOpening(
  local: LocalNode,
  member: Member,
  chain: ChainId,
): Promise<boolean> {
  let wanted = chain;
  const openings: CertifiedBlock[] = [];
  for (let depth = 0; depth < depthMax; depth++) {
    const origin = (await describeChain(local.ports, wanted))?.origin;
    if (origin?.kind !== 'child') break;
    const opening = await local.block(origin.parent, origin.height);
    if (!opening) return false;
    openings.push(opening);
    const refusal = await pushCertified(local, member, opening);
    if (refusal?.kind !== 'unknown-chain') break;
    wanted = origin.parent;
  }
  // Those that an ancestor had to be known for, the oldest first.
  for (const opening of openings.slice(0, -1).reverse())
    await pushCertified(local, member, opening);
  return openings.length > 0;
}

/** Sends the member the blocks that published blobs, as far as they are here. */
export async function pushPublishers(
  local: LocalNode,
  member: Member,
  ids: readonly BlobId[],
): Promise<boolean> {
  const states = await local.ports.blobs.states(ids);
  let pushed = 0;
  for (const { chain, height } of states.values()) {
    const block = await local.block(chain, height);
    if (block && (await pushCertified(local, member, block)) === undefined) pushed++;
  }
  return pushed > 0;
}
