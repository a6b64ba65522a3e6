import { confirmUnderLoad, type Load } from './support/load.ts';
import { withSpeed } from './support/machine.ts';
import { perCpuSecond, perWallSecond } from './support/measure.ts';
import type { Pace, Question } from './support/question.ts';
import { atLeast, type Bar, plain, type Result, rate } from './support/report.ts';

/** What four validators and a client do together, all of them in this process. */
export const throughput: Question = {
  name: 'throughput',
  asks: 'Blocks and transfers that four validators and their client confirm, durably',
  async answer(pace) {
    const all = pace.kind === 'quick' ? casesWorth : [...cases()];
    const results: Result[] = [];
    await confirmUnderLoad(loadOf(all[0] ?? casesWorth[0]), pace.duration);
    for (const one of all) results.push(...(await measure(one, pace)));
    return results;
  },
};

interface Case {
  readonly transport: 'process' | 'http';
  readonly round: Load['round'];
  readonly transfers: number;
  readonly memo: boolean;
  readonly recipients: 'one' | 'distinct';
}

const base: Case = {
  transport: 'process',
  round: 'fast',
  transfers: 1,
  memo: false,
  recipients: 'one',
};

/** Those with bars. */
const casesWorth: readonly [Case, ...Case[]] = [
  base,
  { ...base, transfers: 100 },
  { ...base, round: 'multi-leader' },
  { ...base, transport: 'http' },
  { ...base, memo: true },
];

function* cases(): Generator<Case> {
  for (const transport of ['process', 'http'] as const) {
    for (const round of ['fast', 'multi-leader'] as const) {
      for (const transfers of [1, 10, 100]) yield { ...base, transport, round, transfers };
    }
  }
  for (const round of ['fast', 'multi-leader'] as const) yield { ...base, round, memo: true };
  yield { ...base, transfers: 100, recipients: 'distinct' };
}

const lanes = 64;

function loadOf({ transport, memo, ...rest }: Case): Load {
  return { ...rest, lanes, setting: { transport, storage: 'sqlite', memo, signatures: 'ed25519' } };
}

async function measure(one: Case, { duration }: Pace): Promise<readonly Result[]> {
  const { value: spent, speed } = await withSpeed(() => confirmUnderLoad(loadOf(one), duration));
  const perCpu = perCpuSecond(spent);
  const perWall = perWallSecond(spent);
  const name = nameOf(one);
  const results = [
    rate(
      {
        name,
        measured: perCpu,
        unit: 'blocks/CPU-s',
        bar: blockBarOf(one),
      },
      speed,
    ),
    plain({ name: `${name}, wall`, measured: perWall, unit: 'blocks/s' }),
  ];
  if (one.transfers === 1) return results;
  const moved = {
    name: `${name}: transfers`,
    measured: perCpu * one.transfers,
    unit: 'transfers/CPU-s',
    bar: transferBarOf(one),
  };
  return [
    ...results,
    rate(moved, speed),
    plain({
      name: `${name}: transfers, wall`,
      measured: perWall * one.transfers,
      unit: 'transfers/s',
    }),
  ];
}

function nameOf({ transport, round, transfers, memo, recipients }: Case): string {
  const where = transport === 'http' ? 'loopback HTTP' : 'in process';
  const to = recipients === 'distinct' ? ' to 100 chains' : '';
  return `${round}, ${where}, ${transfers} a block${to}${memo ? ', memo' : ''}`;
}

function blockBarOf({ transport, round, transfers, memo }: Case): Bar | undefined {
  if (transfers > 1) return undefined;
  if (transport === 'http') return round === 'fast' && !memo ? atLeast(300) : undefined;
  return memo ? undefined : atLeast(round === 'fast' ? 450 : 270);
}

function transferBarOf({ transport, round, transfers, memo }: Case): Bar | undefined {
  const isWorth = transport === 'process' && round === 'fast' && transfers === 100 && !memo;
  return isWorth ? atLeast(35_000) : undefined;
}
