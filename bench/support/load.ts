import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { type Committee, openCommittee, type Setting } from './committee.ts';
import { type Duration, repeatFor, type Spent } from './measure.ts';
import { type BenchNetwork, benchNetwork, type Recipients, transfers } from './network.ts';
import { confirmBlock, type Sender, senderTo, settle } from './sender.ts';

/** What every chain does, over and over. */
export interface Load {
  readonly setting: Setting;
  readonly round: 'fast' | 'multi-leader';
  readonly transfers: number;
  readonly recipients?: Recipients;
  /** Whether certificates ride with the next proposal. */
  readonly pipelined?: boolean;
  /** Chains that make blocks at the same time. */
  readonly lanes: number;
}

/** Blocks that all chains together confirm, and what that takes validators and client. */
export async function confirmUnderLoad(load: Load, duration: Duration): Promise<Spent> {
  const bench = benchNetwork(load.lanes);
  return await withCommittee(bench, load.setting, async (committee) => {
    const sender = senderTo(committee, bench, load.setting);
    const lanes = bench.senders.map(({ chain }) => lane(sender, load, chain));
    return await repeatFor(duration, async () => {
      await Promise.all(lanes.map((next) => next()));
      await committee.quiet();
      return lanes.length;
    });
  });
}

export async function withCommittee<T>(
  { network, development }: BenchNetwork,
  setting: Setting,
  work: (committee: Committee) => Promise<T>,
): Promise<T> {
  const committee = await openCommittee(network, development.validatorSeeds, setting);
  try {
    return await work(committee);
  } finally {
    await committee.close();
  }
}

function lane(
  sender: Sender,
  { round: kind, transfers: count, recipients, pipelined = false }: Load,
  chain: BenchNetwork['senders'][number]['chain'],
): () => Promise<void> {
  const round = kind === 'fast' ? fastRound : multiLeader(0);
  let previous: ConfirmedCertificate | undefined;
  return async () => {
    const transactions: readonly Transaction[] = transfers(count, recipients);
    const done = await confirmBlock(sender, { chain, round, transactions, previous });
    if (pipelined) previous = done.certificate;
    else await settle(sender, done);
  };
}
