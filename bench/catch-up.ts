import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { newDeadlines } from '#client/sync/deadlines.ts';
import { membersOf } from '#client/sync/members.ts';
import { pushChain } from '#client/sync/push-blocks.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { blockHeight, duration } from '#protocol/primitives/numbers.ts';
import { withCommittee } from './support/load.ts';
import { withSpeed } from './support/machine.ts';
import { perCpuSecond, perWallSecond, repeatFor, type Spent } from './support/measure.ts';
import { benchNetwork, transfers } from './support/network.ts';
import { ownQuorum } from './support/own-quorum.ts';
import type { Pace, Question } from './support/question.ts';
import { granted, openRealClient } from './support/real-client.ts';
import { atLeast, type Bar, plain, type Result, rate } from './support/report.ts';
import { type Sender, senderTo } from './support/sender.ts';

/** A validator that was away gets one chain's blocks from a client, then a new device gets them. */
export const catchUp: Question = {
  name: 'catch-up',
  asks: 'Blocks brought to who is 10,000 behind, over loopback HTTP, durably, all verified',
  async answer(pace) {
    const { value, speed } = await withSpeed(() => bring(pace));
    const { pushed, pulled } = value;
    return [
      ...rates('a validator, by a client', pushed, { speed, bar: atLeast(1_000) }),
      ...rates('a new device, by that validator', pulled, { speed }),
    ];
  },
};

function rates(
  name: string,
  spent: Spent,
  { speed, bar }: { readonly speed: number; readonly bar?: Bar },
): readonly Result[] {
  const wall = { name: `${name}, wall`, measured: perWallSecond(spent), unit: 'blocks/s', bar };
  return [plain(wall), rate({ name, measured: perCpuSecond(spent), unit: 'blocks/CPU-s' }, speed)];
}

const setting = {
  transport: 'http',
  storage: 'sqlite',
  memo: false,
  signatures: 'ed25519',
} as const;

function bring({ kind }: Pace) {
  const bench = benchNetwork(1);
  const blocks = kind === 'quick' ? 1_000 : 10_000;
  return withCommittee(bench, setting, async (committee) => {
    const clientStore = memoryChainStore();
    const sender = senderTo({ ...committee, clientStore }, bench, setting);
    const { chain } = bench.senders[0]!;
    const confirm = ownQuorum(sender, bench);
    for (let i = 0; i < blocks; i++) await confirm(chain, transfers(1));
    const all = { warmUpMs: undefined, measureMs: 0 };
    const member = memberAt(committee.nodes[0]!, sender);
    const below = blockHeight(BigInt(blocks));
    const pushed = await repeatFor(all, () => pushChain(sender.local, member, { chain, below }));
    if (pushed.count !== blocks) throw new Error(`${pushed.count} of ${blocks} blocks arrived`);
    const place = { ...committee, name: 'device', chains: bench.senders, fast: [] };
    const { client, close } = await openRealClient(bench, place);
    const pulled = await repeatFor(all, async () => {
      // One synchronisation ends after some seconds, wherever it is.
      while (granted(await client.sync(chain)).next < below);
      return blocks;
    });
    await close();
    return { pushed, pulled };
  });
}

function memberAt(node: ValidatorNode, { seats }: Sender) {
  const reach = {
    committee: seats,
    clock: systemClock,
    deadlines: newDeadlines(systemClock),
    requestWait: duration(60_000_000n),
    background: { touch: () => undefined },
  };
  return membersOf([node], reach)[0]!;
}
