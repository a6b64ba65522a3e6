import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { withCommittee } from './support/load.ts';
import { syncProbe, withSpeed } from './support/machine.ts';
import { percentile } from './support/measure.ts';
import { benchNetwork, transfers } from './support/network.ts';
import type { Pace, Question } from './support/question.ts';
import { openRealClient, type TransferTime, timedTransfer } from './support/real-client.ts';
import { atMost, plain, type Result, time } from './support/report.ts';
import { confirmBlock, senderTo, settle } from './support/sender.ts';

/** Everything in one process, so the syncs of all stores come one after the other. */
export const latency: Question = {
  name: 'latency',
  asks: 'Time until a block is certified and kept, one at a time, loopback HTTP, durable',
  async answer(pace) {
    return [
      ...(await finality(fastRound, pace)),
      ...(await finality(multiLeader(0), pace)),
      ...(await throughClient(pace)),
    ];
  },
};

const setting = {
  transport: 'http',
  storage: 'sqlite',
  memo: false,
  signatures: 'ed25519',
} as const;

const blocks = ({ kind }: Pace) =>
  kind === 'quick' ? { warmUp: 60, measured: 120 } : { warmUp: 200, measured: 500 };

async function finality(round: Round, pace: Pace): Promise<readonly Result[]> {
  const { value: times, speed } = await withSpeed(() => finalityTimes(round, pace));
  const p50 = (of: (one: Finality) => number) => percentile(times.map(of), 0.5);
  const p99 = (of: (one: Finality) => number) => percentile(times.map(of), 0.99);
  const sync = p50((one) => one.syncMs);
  const apart = ({ ms, syncs }: Finality) => ms - syncs * sync;
  const unit = 'ms';
  const bar = round.kind === 'fast' ? { bar: atMost(5) } : {};
  const name = round.kind;
  return [
    time({ name: `${name}, syncs apart, p50`, measured: p50(apart), unit, ...bar }, speed),
    time({ name: `${name}, syncs apart, p99`, measured: p99(apart), unit }, speed),
    plain({ name: `${name}, p50`, measured: p50(({ ms }) => ms), unit }),
    plain({ name: `${name}, p99`, measured: p99(({ ms }) => ms), unit }),
    plain({
      name: `${name}, syncs until then`,
      measured: p50(({ syncs }) => syncs),
      unit: 'fsyncs',
    }),
    plain({ name: `${name}, one sync takes`, measured: sync, unit }),
  ];
}

interface Finality {
  readonly ms: number;
  /** Transactions of the stores that were committed meanwhile, each with one sync. */
  readonly syncs: number;
  /** What a sync took just then. */
  readonly syncMs: number;
}

function finalityTimes(round: Round, pace: Pace): Promise<readonly Finality[]> {
  const bench = benchNetwork(1);
  const { warmUp, measured } = blocks(pace);
  return withCommittee(bench, setting, async (committee) => {
    const sender = senderTo(committee, bench, setting);
    const probe = syncProbe(committee.folder);
    const chain = bench.senders[0]!.chain;
    const times: Finality[] = [];
    for (let i = 0; i < warmUp + measured; i++) {
      const commits = committee.commits();
      const start = performance.now();
      const done = await confirmBlock(sender, { chain, round, transactions: transfers(1) });
      const ms = performance.now() - start;
      const syncs = committee.commits() - commits + clientCommits;
      await settle(sender, done);
      await committee.quiet();
      if (i >= warmUp) times.push({ ms, syncs, syncMs: probe.syncMs() });
    }
    probe.close();
    return times;
  });
}

/** The client keeps the certified block with one commit. */
const clientCommits = 1;

/** The client that people use also saves what it is about to sign, and waits for delivery. */
async function throughClient(pace: Pace): Promise<readonly Result[]> {
  const { value: times, speed } = await withSpeed(() => transferTimes(pace));
  const unit = 'ms';
  const certified = times.map((one) => one.certified);
  const delivered = times.map((one) => one.delivered);
  return [
    time(
      { name: 'transfer of the client, p50', measured: percentile(certified, 0.5), unit },
      speed,
    ),
    time(
      { name: 'transfer of the client, p99', measured: percentile(certified, 0.99), unit },
      speed,
    ),
    time({ name: 'and delivered, p50', measured: percentile(delivered, 0.5), unit }, speed),
  ];
}

function transferTimes(pace: Pace) {
  const bench = benchNetwork(2);
  const { warmUp, measured } = blocks(pace);
  return withCommittee(bench, setting, async ({ nodes, folder, quiet }) => {
    const [from, to] = bench.senders;
    const place = { folder, name: 'client', nodes, chains: [from!] };
    const { client, close } = await openRealClient(bench, place);
    const times: TransferTime[] = [];
    const ends = { from: from!.name, to: to!.chain };
    for (let i = 0; i < (warmUp + measured) / 2; i++) {
      const taken = await timedTransfer(client, ends);
      if (i >= warmUp / 2) times.push(taken);
      await quiet();
    }
    await close();
    return times;
  });
}
