import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from '../context.ts';
import type { LocalNode } from '../local-node/local-node.ts';
import { applyBlock } from './apply-block.ts';
import { fetchCertified } from './fetch-certified.ts';
import { inFlightMax, type Member } from './members.ts';

/** Blocks read from the store at once. */
const batch = 64;
/** Blocks of one chain under way at once: the second travels while the first is carried out. */
const chainWindow = 2;
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
  let from = info.value.next;
  let sent = 0;
  while (from < below) {
    const left = below - from;
    const blocks = await local.blocks(chain, from, left < batch ? Number(left) : batch);
    if (blocks.length === 0) return sent;
    if (!(await pushBlocks(member, blocks, chainWindow))) return sent;
    sent += blocks.length;
    from = blockHeight(from + BigInt(blocks.length));
  }
  return sent;
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
  return (await pushBlocks(member, blocks, sendersWindow)) ? blocks.length : 0;
}

/** Whether the member took all of them. */
async function pushBlocks(
  member: Member,
  blocks: readonly CertifiedBlock[],
  window: number,
): Promise<boolean> {
  let next = 0;
  let isAccepted = true;
  async function pushInTurn(): Promise<void> {
    for (let block = blocks[next++]; block && isAccepted; block = blocks[next++]) {
      const request = confirmedRequest(block);
      const { decided } = await member.ask((node) => node.handle(request));
      if (decided.kind === 'refused' && decided.refusal.kind !== 'busy') isAccepted = false;
    }
  }
  await Promise.all(Array.from({ length: window }, pushInTurn));
  return isAccepted;
}

/** A certified block as a request with its body. */
export function confirmedRequest({ block, certificate }: CertifiedBlock): ChainRequest {
  const { proposed, outcome } = block;
  return { kind: 'confirmed', certificate, body: { proposed, outcome } };
}
