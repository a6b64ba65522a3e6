import { chainOwner } from '#protocol/block/owner.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Committee } from './support/committee.ts';
import { takenNow } from './support/idle-validator.ts';
import { withCommittee } from './support/load.ts';
import { repeatFor, type Spent } from './support/measure.ts';
import { type BenchNetwork, benchNetwork } from './support/network.ts';
import type { Question } from './support/question.ts';
import { granted, openRealClient, type RealClient } from './support/real-client.ts';
import { plain, type Result } from './support/report.ts';
import { confirmBlock, senderTo, settle } from './support/sender.ts';

/** Each chain has made one block, and one transfer waits for it, when the wallet first looks. */
export const wallet: Question = {
  name: 'wallet',
  asks: 'A wallet with 1,000 chains, over loopback HTTP, durably',
  answer({ kind }) {
    const chains = kind === 'quick' ? 100 : 1_000;
    const bench = benchNetwork(chains);
    return withCommittee(bench, setting, async (committee) => {
      await payEachOther(committee, bench);
      return await look(committee, bench);
    });
  },
};

const setting = {
  transport: 'http',
  storage: 'sqlite',
  memo: true,
  signatures: 'ed25519',
} as const;
/** Chains whose blocks are made at the same time. */
const lanes = 16;

async function payEachOther(committee: Committee, bench: BenchNetwork): Promise<void> {
  const sender = senderTo(committee, bench, setting);
  const { senders } = bench;
  await inTurns(senders.length, async (index) => {
    const { chain } = senders[index]!;
    const to = { chain: senders[(index + 1) % senders.length]!.chain, owner: chainOwner };
    const operation = { kind: 'transfer', from: chainOwner, to, amount: amount(1n) } as const;
    const transactions: readonly Transaction[] = [{ kind: 'operation', operation }];
    await settle(sender, await confirmBlock(sender, { chain, round: fastRound, transactions }));
  });
  await committee.quiet();
}

async function look({ nodes, folder }: Committee, bench: BenchNetwork): Promise<readonly Result[]> {
  const { senders: chains } = bench;
  let client: RealClient['client'] | undefined;
  let close: RealClient['close'] = () => Promise.resolve();
  const opening = await spentOn(async () => {
    const place = { folder, name: 'wallet', nodes, chains, fast: [] };
    ({ client, close } = await openRealClient(bench, place));
  });
  // One after another, as the command line does.
  const each = (work: (client: RealClient['client'], chain: string) => Promise<void>) =>
    spentOn(async () => {
      for (const { chain } of chains) await work(client!, chain);
    });
  const first = await each(async (one, chain) => {
    const { next } = granted(await one.sync(chain));
    if (next !== 1n) throw new Error(`${next} blocks`);
  });
  const again = await each(async (one, chain) => void granted(await one.sync(chain)));
  const balances = await each(async (one, chain) => {
    const { incoming } = granted(await one.balance(chain));
    if (incoming !== 1n) throw new Error(`${incoming} incoming`);
  });
  const open = takenNow();
  client = undefined;
  await close();
  close = () => Promise.resolve();
  const after = takenNow();
  const of = (what: string) => `${chains.length.toLocaleString('en-US')} chains, ${what}`;
  const measured = (open.live - Math.min(after.live, open.live)) / 2 ** 20;
  const taken = { name: of('memory, freed when it closes'), measured, unit: 'MiB' };
  const works = { 'made and opened': opening, 'synced the first time': first };
  const looks = { 'synced again': again, 'balances listed': balances };
  return [
    ...Object.entries({ ...works, ...looks }).flatMap(([what, { wallSeconds, cpuSeconds }]) => [
      plain({ name: of(what), measured: wallSeconds, unit: 's' }),
      plain({ name: `${of(what)}, CPU`, measured: cpuSeconds, unit: 's' }),
    ]),
    plain(taken),
  ];
}

/** Of the whole process, its validators included. */
function spentOn(work: () => Promise<void>): Promise<Spent> {
  return repeatFor({ warmUpMs: undefined, measureMs: 0 }, async () => {
    await work();
    return 1;
  });
}

/** `work` on each number below `count`, some at once. */
async function inTurns(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
