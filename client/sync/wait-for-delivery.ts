import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { askQuorum } from './ask-quorum.ts';
import type { Member } from './members.ts';

const pageLimit = 512;
/** Most pages of an inbox that are looked through for one row. */
const pagesMax = 8;
const firstPause = 5_000n;
const longestPause = 200_000n;

/** Whether a quorum was seen to hold the block's envelope for each recipient, in bounded time. */
export async function waitForDelivery(context: ClientContext, block: Block): Promise<boolean> {
  const until = context.clock.now() + context.timeouts.delivery;
  for (const recipient of recipientsOf(block)) {
    if (!(await waitForRow(context, { block, recipient, until }))) return false;
  }
  return true;
}

interface Awaited {
  readonly block: Block;
  readonly recipient: ChainId;
  readonly until: bigint;
}

async function waitForRow(
  { members, committee, clock, background }: ClientContext,
  { block, recipient, until }: Awaited,
): Promise<boolean> {
  const isOver = () => clock.now() >= until;
  const held = await askQuorum(
    {
      members,
      quorum: committee.quorum,
      clock,
      background,
      ask: async (member, isWanted) => {
        let pause = firstPause;
        while (!isOver() && isWanted()) {
          if (await holdsRow(member, block, recipient)) return ok(true);
          await clock.sleep(duration(pause));
          pause = pause * 2n < longestPause ? pause * 2n : longestPause;
        }
        return ok(false);
      },
    },
    (isHeld) => `${isHeld}`,
  );
  return held.ok && held.value.every(({ value }) => value);
}

async function holdsRow(member: Member, block: Block, recipient: ChainId): Promise<boolean> {
  const { chain, height } = block.header;
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const from = cursor;
    const page = await member.ask((node) => node.pendingBundles(recipient, from, pageLimit));
    if (!page.ok) return false;
    const isRow = (row: (typeof page.value.items)[number]) =>
      row.origin === chain && row.height === height && row.block === block.hash;
    if (page.value.items.some(isRow)) return true;
    cursor = page.value.next;
    if (cursor === undefined) return false;
  }
  return false;
}
