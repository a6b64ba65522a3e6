import { fastRound, multiLeader } from '#protocol/block/round.ts';
import type { Setting } from './support/committee.ts';
import { withCommittee } from './support/load.ts';
import { calibrate } from './support/machine.ts';
import { percentile } from './support/measure.ts';
import { benchNetwork, transfers } from './support/network.ts';
import type { Question } from './support/question.ts';
import { atMost } from './support/report.ts';
import { confirmBlock, senderTo, settle } from './support/sender.ts';

const setting: Setting = {
  transport: 'http',
  storage: 'sqlite',
  memo: false,
  signatures: 'ed25519',
};

/** The client's own commit, in which it keeps the certified block. */
const clientCommits = 1;

/** How long does a lone transfer take, from its draft until its certificate is kept? */
export const latency: Question = {
  name: 'latency of one transfer at a time, over HTTP, durable',
  async ask({ isQuick }, found) {
    const { fsyncMs } = await calibrate();
    for (const kind of ['fast', 'multi-leader'] as const) {
      const { times, commits } = await confirmOneByOne(kind, isQuick ? 40 : 400);
      const syncs = commits + clientCommits;
      const median = percentile(times, 0.5);
      found({ name: `${kind}: p50`, value: median, unit: 'ms' });
      found({ name: `${kind}: p99`, value: percentile(times, 0.99), unit: 'ms' });
      found({ name: `${kind}: fsyncs until then, of all five`, value: syncs, unit: 'fsyncs' });
      const bar = kind === 'fast' ? { bar: atMost(5) } : {};
      const value = median - syncs * fsyncMs;
      found({ name: `${kind}: p50, fsync of ${fsyncMs} ms subtracted`, value, unit: 'ms', ...bar });
    }
  },
};

async function confirmOneByOne(kind: 'fast' | 'multi-leader', count: number) {
  const round = kind === 'fast' ? fastRound : multiLeader(0);
  const bench = benchNetwork(1);
  const [chain] = bench.senders;
  if (chain === undefined) throw new Error('the network has a chain');
  return await withCommittee(bench, setting, async (committee) => {
    const sender = senderTo(committee, bench, setting);
    const times: number[] = [];
    let commits = 0;
    const warmUp = count >> 2;
    for (let i = -warmUp; i < count; i++) {
      const before = committee.commits();
      const start = performance.now();
      const draft = { chain: chain.chain, round, transactions: transfers(1) };
      const done = await confirmBlock(sender, draft);
      const ms = performance.now() - start;
      if (i >= 0) {
        times.push(ms);
        commits += committee.commits() - before;
      }
      await settle(sender, done);
      await committee.quiet();
    }
    return { times, commits: commits / count };
  });
}
