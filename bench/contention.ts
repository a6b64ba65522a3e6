import { amount } from '#protocol/primitives/numbers.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { withCommittee } from './support/load.ts';
import { percentile } from './support/measure.ts';
import { type BenchNetwork, benchNetwork } from './support/network.ts';
import type { Pace, Question } from './support/question.ts';
import { openRealClient, type RealClient } from './support/real-client.ts';
import { plain, type Result } from './support/report.ts';

/** Owners who never heard of each other, each as fast as it can. */
export const contention: Question = {
  name: 'contention',
  asks: 'Owners of one chain who all transfer at once: time until each has its block',
  async answer(pace) {
    const results: Result[] = [];
    for (const owners of [2, 10]) results.push(...resultsOf(owners, await contend(owners, pace)));
    return results;
  },
};

/** A transfer that succeeded, and what it took. */
interface Done {
  readonly ms: number;
  readonly round: string;
  /** Blocks that others put in its place before. */
  readonly lost: number;
}

interface Contest {
  readonly done: readonly Done[];
  readonly seconds: number;
}

const setting = {
  transport: 'http',
  storage: 'sqlite',
  memo: false,
  signatures: 'ed25519',
} as const;

async function contend(owners: number, { kind }: Pace): Promise<Contest> {
  const bench = benchNetwork(owners + 1, {
    reshape: firstChainOwned((all) => ({
      superOwners: [],
      owners: all.slice(0, owners).map((owner) => ({ owner, weight: 1n })),
    })),
  });
  return await withCommittee(bench, setting, async ({ nodes, folder, quiet }) => {
    const { chain } = bench.senders[0]!;
    const clients: RealClient[] = [];
    for (const { name, seed } of bench.senders.slice(0, owners)) {
      const chains = [{ chain, name: shared, seed }];
      clients.push(await openRealClient(bench, { folder, name, nodes, chains, fast: [] }));
    }
    const done: Done[] = [];
    const start = performance.now();
    const end = start + (kind === 'quick' ? 4_000 : 8_000);
    await Promise.all(
      clients.map(async (one) => {
        while (performance.now() < end) done.push(await transferOnce(one, bench));
      }),
    );
    const seconds = (performance.now() - start) / 1e3;
    for (const { close } of clients) await close();
    await quiet();
    return { done, seconds };
  });
}

const shared = 'shared';

/** Tries again, as often as another owner's block takes the height. */
async function transferOnce({ client }: RealClient, { senders }: BenchNetwork): Promise<Done> {
  const to = senders.at(-1)!.chain;
  const start = performance.now();
  let certified = start;
  const onPhase = () => {
    certified = performance.now();
  };
  for (let lost = 0; ; lost++) {
    const request = { from: shared, to, amount: amount(1n), onPhase };
    const sent = await client.transfer(request);
    if (sent.ok) return { ms: certified - start, round: sent.value.block.round, lost };
    const pending = await resumed(client);
    if (pending) return { ms: performance.now() - start, round: pending, lost };
  }
}

/** The round of a block that had to be resumed; none if it lost, or there was none. */
async function resumed(client: RealClient['client']): Promise<string | undefined> {
  for (;;) {
    const again = await client.retryPending(shared);
    if (again.ok) return again.value.block.round;
    if (again.error.kind === 'conflict' || again.error.kind === 'nothing-pending') return undefined;
  }
}

function resultsOf(owners: number, { done, seconds }: Contest): readonly Result[] {
  const ms = done.map((one) => one.ms);
  const lost = done.reduce((sum, one) => sum + one.lost, 0);
  const share = (of: (round: string) => boolean) =>
    (100 * done.filter(({ round }) => of(round)).length) / done.length;
  const about = (name: string, measured: number, unit: string) =>
    plain({ name: `${owners} owners, ${name}`, measured, unit });
  return [
    about('blocks', done.length / seconds, 'blocks/s'),
    about('until final, p50', percentile(ms, 0.5), 'ms'),
    about('until final, p99', percentile(ms, 0.99), 'ms'),
    about('heights lost to others', lost / done.length, 'a block'),
    about(
      'in multi-leader 0',
      share((round) => round === 'multi-leader:0'),
      '%',
    ),
    about('in later multi-leader rounds', share(isLater), '%'),
    about(
      'in single-leader rounds',
      share((round) => round.startsWith('single')),
      '%',
    ),
  ];
}

function isLater(round: string): boolean {
  return round.startsWith('multi-leader') && round !== 'multi-leader:0';
}
