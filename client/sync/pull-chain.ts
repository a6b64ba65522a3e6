import type { InfoFlags } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';
import type { ClientContext } from '../context.ts';
import { type Answer, type Gathered, gather } from './ask-quorum.ts';
import type { Member } from './members.ts';

const pageLimit = 256;

/** Asks the validators how far a chain is, and downloads what is missing here. */
export async function pullChain(
  context: ClientContext,
  chain: ChainId,
): Promise<Gathered<ChainInfo>> {
  return await pullWith(context, chain, { ownership: false, pending: false });
}

/** The same, asking for more. */
export async function pullWith(
  context: ClientContext,
  chain: ChainId,
  flags: InfoFlags,
): Promise<Gathered<ChainInfo>> {
  const { members, committee, clock, background } = context;
  const found = await gather({
    members,
    quorum: committee.quorum,
    clock,
    background,
    ask: (member, isWanted) => member.ask((node) => node.info(chain, flags), isWanted),
  });
  await pullFrom(context, chain, found.answers);
  return found;
}

/** Downloads from those that say that they have more, the furthest first, until none has. */
async function pullFrom(
  context: ClientContext,
  chain: ChainId,
  answers: readonly Answer<ChainInfo>[],
): Promise<void> {
  const until = context.clock.now() + context.timeouts.sync;
  const ahead = answers.toSorted((a, b) => (a.value.next > b.value.next ? -1 : 1));
  for (const { member, value } of ahead) {
    const head = await context.local.head(chain);
    if (!head || value.next <= head.next) continue;
    await pullFromMember(context, chain, { member, until });
  }
}

/** Every block is verified; the first that is not what was asked for ends the download. */
async function pullFromMember(
  { local, clock }: ClientContext,
  chain: ChainId,
  { member, until }: { readonly member: Member; readonly until: bigint },
): Promise<void> {
  while (clock.now() < until) {
    const head = await local.head(chain);
    if (!head) return;
    const page = await member
      .ask((node) => node.blocks(chain, head.next, pageLimit))
      .catch(() => undefined);
    if (!page?.ok || page.value.length === 0) return;
    let next: bigint = head.next;
    for (const certified of page.value) {
      const { header } = certified.block;
      if (header.chain !== chain || header.height !== next) return;
      const applied = await local.apply(certified);
      if (!applied.ok) return;
      next++;
    }
    const after = await local.head(chain);
    if (!after || after.next <= head.next) return;
  }
}
