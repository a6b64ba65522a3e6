import type { BlobId } from '#protocol/block/blob.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import type { Failure } from './failure.ts';
import { blobsNamedIn, fillBlobs } from './fetch-blobs.ts';
import { firstAnswer } from './first-answer.ts';

/** How often a block may turn out to lack something more. */
const attemptsMax = 4;
/** Blocks that published blobs may verify others in their turn. */
const depthMax = 8;

/**
 * Verifies a certified block and keeps it here, with the blobs that it publishes and the blocks
 * that published those it verifies.
 */
export async function applyBlock(
  context: ClientContext,
  certified: CertifiedBlock,
  depth = 0,
): Promise<Result<undefined, Failure>> {
  const { chain } = certified.block.header;
  let applied = await context.local.apply(certified);
  for (let attempt = 1; !applied.ok && attempt < attemptsMax; attempt++) {
    if (!(await repaired(context, chain, { failure: applied.error, depth }))) return applied;
    applied = await context.local.apply(certified);
  }
  return applied;
}

interface Repair {
  readonly failure: Failure;
  readonly depth: number;
}

async function repaired(
  context: ClientContext,
  chain: ChainId,
  { failure: { kind, found }, depth }: Repair,
): Promise<boolean> {
  const ids = blobsNamedIn(found);
  if (ids.length === 0) return false;
  if (kind === 'missing-blobs') return await fillBlobs(context, chain, ids);
  if (kind !== 'unpublished-blob' || depth >= depthMax) return false;
  for (const id of ids) if (!(await learnBlob(context, id, depth))) return false;
  return true;
}

/** Has the block here that published a blob. */
async function learnBlob(context: ClientContext, id: BlobId, depth: number): Promise<boolean> {
  const { members, clock, background, local } = context;
  const learned = await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const state = await member.ask((node) => node.blobState(id), isWanted);
      if (!state.ok) return undefined;
      const { chain, height } = state.value;
      const found = await fetchCertified(context, chain, height);
      if (!found || !(await applyBlock(context, found, depth + 1)).ok) return undefined;
      return (await local.ports.blobs.states([id])).has(id) ? true : undefined;
    },
  });
  return learned === true;
}

/** A block as some member has it. Whether its certificate is valid is still to be looked at. */
export async function fetchCertified(
  { members, clock, background }: ClientContext,
  chain: ChainId,
  height: BlockHeight,
): Promise<CertifiedBlock | undefined> {
  return await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const found = await member.ask((node) => node.blocks(chain, height, 1), isWanted);
      const certified = found.ok ? found.value[0] : undefined;
      const header = certified?.block.header;
      return header?.chain === chain && header.height === height ? certified : undefined;
    },
  });
}
