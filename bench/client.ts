import { amount } from '#protocol/primitives/numbers.ts';
import { withCommittee } from './support/load.ts';
import { withSpeed } from './support/machine.ts';
import { cpuMicroseconds, perCpuSecond, perWallSecond, repeatFor } from './support/measure.ts';
import { benchNetwork } from './support/network.ts';
import type { Pace, Question } from './support/question.ts';
import { granted, openRealClient } from './support/real-client.ts';
import { plain, rate, time } from './support/report.ts';

/** The client that people use, which saves and repairs what the one of `throughput` does not. */
export const client: Question = {
  name: 'client',
  asks: 'Transfers through the client library and four validators in process, durably',
  async answer(pace) {
    const one = await withSpeed(() => transferring(pace, 1));
    const many = await withSpeed(() => transferring(pace, 16));
    const rateOf = (name: string, { value, speed }: typeof one) =>
      rate({ name, measured: perCpuSecond(value), unit: 'transfers/CPU-s' }, speed);
    return [
      rateOf('one chain, pipelined', one),
      plain({ name: 'one chain, wall', measured: perWallSecond(one.value), unit: 'transfers/s' }),
      rateOf('16 chains, pipelined', many),
      plain({ name: '16 chains, wall', measured: perWallSecond(many.value), unit: 'transfers/s' }),
      time({ name: 'one of them', measured: cpuMicroseconds(many.value), unit: 'µs' }, many.speed),
    ];
  },
};

const atOnce = 4;

function transferring({ duration }: Pace, lanes: number) {
  const bench = benchNetwork(lanes + 1);
  const setting = {
    transport: 'process',
    storage: 'sqlite',
    memo: false,
    signatures: 'ed25519',
  } as const;
  return withCommittee(bench, setting, async ({ nodes, folder, quiet }) => {
    const chains = bench.senders.slice(0, lanes);
    const to = bench.senders.at(-1)!.chain;
    const open = await openRealClient(bench, { folder, name: 'client', nodes, chains });
    const spent = await repeatFor(duration, async () => {
      await Promise.all(
        chains.map(async ({ name: from }) => {
          for (let i = 0; i < atOnce; i++) {
            const request = { from, to, amount: amount(1n), pipeline: true };
            granted(await open.client.transfer(request));
          }
        }),
      );
      return lanes * atOnce;
    });
    await open.close();
    await quiet();
    return spent;
  });
}
