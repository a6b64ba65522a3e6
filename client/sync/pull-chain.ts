import type { InfoFlags } from '#ports/validator-node.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from '../context.ts';
import { applyBlock } from './apply-block.ts';
import { type Answer, type Gathered, gather, weigh } from './ask-quorum.ts';
import { firstAnswer } from './first-answer.ts';
import type { Member } from './members.ts';

const pageLimit = 256;

/** What validators said of a chain. */
export interface PulledChain extends Gathered<ChainInfo> {
  /**
   * Whether a quorum says of no block that is not here now: what a quorum held before, one of them
   * would have.
   */
  readonly isComplete: boolean;
}

/** Asks the validators how far a chain is, and downloads what is missing here. */
export async function pullChain(context: ClientContext, chain: ChainId): Promise<PulledChain> {
  return await pullWith(context, chain, { ownership: false, pending: false });
}

/** The same, asking for more. */
export async function pullWith(
  context: ClientContext,
  chain: ChainId,
  flags: InfoFlags,
): Promise<PulledChain> {
  const { members, committee, clock, background, local } = context;
  const found = await gather({
    members,
    quorum: committee.quorum,
    clock,
    background,
    ask: (member, isWanted) => member.ask((node) => node.info(chain, flags), isWanted),
  });
  await pullFrom(context, chain, found.answers);
  const next = (await local.head(chain))?.next ?? 0n;
  const notAhead = found.answers.filter(({ value }) => value.next <= next);
  return { ...found, isComplete: weigh(notAhead) >= committee.quorum };
}

/** Downloads from those that say that they have more, the best first, until none has. */
async function pullFrom(
  context: ClientContext,
  chain: ChainId,
  answers: readonly Answer<ChainInfo>[],
): Promise<void> {
  const { local, clock } = context;
  const until = clock.now() + context.timeouts.sync;
  let sources = answers;
  while (clock.now() < until) {
    const head = await local.head(chain);
    if (!head) return;
    sources = sources.filter(({ value }) => value.next > head.next);
    if (sources.length === 0) return;
    const page = await nextPage(context, head, sources);
    if (!page) return;
    // Who gave blocks that are not what was asked for is not asked again.
    const isGood = await applyPage(context, head, page.blocks);
    if (!isGood) sources = sources.filter(({ member }) => member !== page.member);
  }
}

/** A page is large: another validator is asked only when it takes long. */
const pageWait = duration(500_000n);

interface BlockPage {
  readonly member: Member;
  readonly blocks: readonly CertifiedBlock[];
}

async function nextPage(
  { clock, background }: ClientContext,
  { chain, next }: ChainHead,
  sources: readonly Answer<ChainInfo>[],
): Promise<BlockPage | undefined> {
  return await firstAnswer({
    members: sources.map(({ member }) => member),
    clock,
    background,
    hedgeAfter: pageWait,
    ask: async (member, isWanted) => {
      const page = await member.ask((node) => node.blocks(chain, next, pageLimit), isWanted);
      return page.ok && page.value.length > 0 ? { member, blocks: page.value } : undefined;
    },
  });
}

/** Whether the page goes on from `head`; every block is verified. */
export async function applyPage(
  context: ClientContext,
  { chain, next }: ChainHead,
  blocks: readonly CertifiedBlock[],
): Promise<boolean> {
  const wrong = blocks.findIndex(({ block: { header } }, index) => {
    return header.chain !== chain || header.height !== next + BigInt(index);
  });
  const good = wrong < 0 ? blocks : blocks.slice(0, wrong);
  for (let applied = 0; applied < good.length; ) {
    const taken = await context.local.applyRun(good.slice(applied));
    applied += taken;
    if (taken > 0) continue;
    // The next one may lack something that validators have.
    const alone = await applyBlock(context, good[applied] as CertifiedBlock);
    if (!alone.ok) return false;
    applied++;
  }
  const after = await context.local.head(chain);
  return wrong < 0 && after !== undefined && after.next > next;
}
