import type { ChainId } from '#protocol/block/chain-id.ts';
import { compareRounds } from '#protocol/block/round.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import { loadBlock } from '#worker/load-block.ts';
import { bounded, type RoundAt } from '#worker/memory.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readInfo } from '#worker/read-chain.ts';

/** Most blocks of one chain that are told of one by one. */
const blocksMax = 16;
const rememberedMax = 16_384;

export type TellOfHeads = (heads: readonly ChainHead[]) => Promise<void>;

/** Tells of blocks, of the rows that came with them, and of rounds that rose. */
export function headTeller(
  ports: WorkerPorts,
  isHeard: (chain: ChainId) => Promise<boolean>,
): TellOfHeads {
  const heights = bounded<ChainId, BlockHeight>(rememberedMax);
  const rounds = bounded<ChainId, RoundAt>(rememberedMax);

  async function tellOf(head: ChainHead): Promise<void> {
    const { chain, next } = head;
    const before = heights.get(chain);
    const told = before !== undefined && before >= next ? [] : await blocksOf(ports, head, before);
    const at = (await isHeard(chain)) ? await roundOf(ports, head) : undefined;
    await ports.notifier.publish([...told, ...(at ? newRound(rounds.get(chain), chain, at) : [])]);
    if (at) rounds.set(chain, at);
    if (before === undefined || before < next) heights.set(chain, next);
  }

  return async (heads) => {
    for (const head of heads) await tellOf(head);
  };
}

/** Without a memory of the chain, its newest block is told of. */
async function blocksOf(
  ports: WorkerPorts,
  { chain, next, tip }: ChainHead,
  from: BlockHeight | undefined,
): Promise<readonly Notification[]> {
  if (next === 0n || tip === undefined) return [];
  const newest = blockHeight(next - 1n);
  const told: Notification[] = [];
  const first = from === undefined ? newest : from;
  for (let height = first; height <= newest; height = blockHeight(height + 1n)) {
    if (height + BigInt(blocksMax) <= newest) continue;
    const stored = await loadBlock(ports, chain, height);
    const recipients = stored ? recipientsOf(stored.block) : [];
    // Of more there are no rows yet: whoever puts these tells of them.
    if (recipients.length > promptRecipientsMax) continue;
    for (const recipient of recipients) {
      told.push({ chain: recipient, reason: { kind: 'new-bundle', origin: chain, height } });
    }
  }
  return [{ chain, reason: { kind: 'new-block', height: newest, hash: tip } }, ...told];
}

async function roundOf(ports: WorkerPorts, { chain }: ChainHead): Promise<RoundAt | undefined> {
  const info = await readInfo(ports, chain, { ownership: false, pending: false });
  return info.ok ? { next: info.value.next, round: info.value.round } : undefined;
}

/** Without a memory of the height, nothing is known to have risen. */
function newRound(
  before: RoundAt | undefined,
  chain: ChainId,
  { next: height, round }: RoundAt,
): readonly Notification[] {
  const rose = before?.next === height && compareRounds(before.round, round) < 0;
  return rose ? [{ chain, reason: { kind: 'new-round', height, round } }] : [];
}
