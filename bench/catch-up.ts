import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { newDeadlines } from '#client/sync/deadlines.ts';
import { membersOf } from '#client/sync/members.ts';
import { pushChain } from '#client/sync/push-blocks.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { blockHeight, duration } from '#protocol/primitives/numbers.ts';
import { withCommittee } from './support/load.ts';
import { withSpeed } from './support/machine.ts';
import { perCpuSecond, perWallSecond, repeatFor } from './support/measure.ts';
import { benchNetwork, transfers } from './support/network.ts';
import { ownQuorum } from './support/own-quorum.ts';
import type { Pace, Question } from './support/question.ts';
import { atLeast, plain, rate } from './support/report.ts';
import { type Sender, senderTo } from './support/sender.ts';

/** A validator that was away gets one chain's blocks from the client that made them. */
export const catchUp: Question = {
  name: 'catch-up',
  asks: 'Blocks that a client brings a validator 10,000 behind, over loopback HTTP, durably',
  async answer(pace) {
    const { value: spent, speed } = await withSpeed(() => push(pace));
    return [
      plain({
        name: 'one chain, wall',
        measured: perWallSecond(spent),
        unit: 'blocks/s',
        bar: atLeast(1_000),
      }),
      rate({ name: 'one chain', measured: perCpuSecond(spent), unit: 'blocks/CPU-s' }, speed),
    ];
  },
};

const setting = {
  transport: 'http',
  storage: 'sqlite',
  memo: false,
  signatures: 'ed25519',
} as const;

function push({ kind }: Pace) {
  const bench = benchNetwork(1);
  const blocks = kind === 'quick' ? 1_000 : 10_000;
  return withCommittee(bench, setting, async (committee) => {
    const clientStore = memoryChainStore();
    const sender = senderTo({ ...committee, clientStore }, bench, setting);
    const chain = bench.senders[0]!.chain;
    const confirm = ownQuorum(sender, bench);
    for (let i = 0; i < blocks; i++) await confirm(chain, transfers(1));
    const member = memberAt(committee.nodes[0]!, sender);
    const pushed = await repeatFor({ warmUpMs: undefined, measureMs: 0 }, () =>
      pushChain(sender.local, member, { chain, below: blockHeight(BigInt(blocks)) }),
    );
    if (pushed.count !== blocks) throw new Error(`${pushed.count} of ${blocks} blocks arrived`);
    return pushed;
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
