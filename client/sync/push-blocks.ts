import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import { readBlocks } from '#worker/read-chain.ts';
import type { ClientContext } from '../context.ts';
import type { LocalNode } from '../local-node/local-node.ts';
import { applyBlock } from './apply-block.ts';
import { blobsNamedIn } from './fetch-blobs.ts';
import { fetchCertified } from './fetch-certified.ts';
import { inFlightMax, type Member } from './members.ts';
import { pushCertified } from './push-certified.ts';
import { pushPublishers } from './push-openings.ts';
import { runMax, runRequest, takenOf } from './runs.ts';

/** Blocks of many chains, which do not wait for each other. */
const sendersWindow = inFlightMax / 2;

/**
 * Sends the member those of our certified blocks below `below` that it says it lacks.
 *
 * @returns how many were sent; 0 if nothing can be done for it.
 */
export async function pushChain(
  local: LocalNode,
  member: Member,
  { chain, below }: { readonly chain: ChainId; readonly below: BlockHeight },
): Promise<number> {
  const flags = { ownership: false, pending: false };
  const info = await member.ask((node) => node.info(chain, flags));
  if (!info.ok) return 0;
  let next = info.value.next;
  let sent = 0;
  while (next < below) {
    const left = below - next;
    const limit = left < runMax ? Number(left) : runMax;
    const blocks = await readBlocks(local.ports, chain, { from: next, limit });
    const taken = (await pushRun(member, blocks)) || (await pushFirst(local, member, blocks));
    if (taken === 0) return sent;
    sent += taken;
    next = blockHeight(next + BigInt(taken));
  }
  return sent;
}

/** How many of a chain's blocks, each upon the one before, the member took. */
async function pushRun(
  member: Member,
  [first, ...more]: readonly CertifiedBlock[],
): Promise<number> {
  if (!first) return 0;
  const request = runRequest([first, ...more]);
  return takenOf([first, ...more], await member.ask((node) => node.handle(request)));
}

/** The same for the first of them alone, and for what has to be there before it. */
async function pushFirst(
  local: LocalNode,
  member: Member,
  [first]: readonly CertifiedBlock[],
): Promise<number> {
  if (!first) return 0;
  const refusal = await pushCertified(local, member, first);
  if (!refusal) return 1;
  if (refusal.kind !== 'unpublished-blob') return 0;
  if (!(await pushPublishers(local, member, blobsNamedIn(refusal.found)))) return 0;
  return (await pushCertified(local, member, first)) ? 0 : 1;
}

/**
 * Sends the member the sender blocks of the bundles that `proposed` takes. Those of a block that
 * another owner made may not be here; other members have them.
 */
export async function pushSenders(
  context: ClientContext,
  member: Member,
  { transactions }: ProposedBlock,
): Promise<number> {
  const wanted = new Map<string, CertifiedBlock>();
  const isKept = async (found: CertifiedBlock) => (await applyBlock(context, found)).ok;
  for (const one of transactions) {
    if (one.kind !== 'receive') continue;
    const { origin, bundle } = one;
    const key = `${origin}@${bundle.height}`;
    if (wanted.has(key)) continue;
    const { height } = bundle;
    const here = await context.local.block(origin, height);
    const block = here ?? (await fetchCertified(context, { chain: origin, height }, isKept));
    if (block) wanted.set(key, block);
  }
  const blocks = [...wanted.values()];
  if (blocks.length === 0) return 0;
  return (await pushEach(context.local, member, blocks)) ? blocks.length : 0;
}

/** Whether the member took all of them. */
async function pushEach(
  local: LocalNode,
  member: Member,
  blocks: readonly CertifiedBlock[],
): Promise<boolean> {
  let next = 0;
  let isAccepted = true;
  async function pushInTurn(): Promise<void> {
    for (let block = blocks[next++]; block && isAccepted; block = blocks[next++]) {
      const refusal = await pushCertified(local, member, block);
      if (refusal && refusal.kind !== 'busy') isAccepted = false;
    }
  }
  await Promise.all(Array.from({ length: sendersWindow }, pushInTurn));
  return isAccepted;
}
