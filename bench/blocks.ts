import type { Setting } from './support/committee.ts';
import { confirmUnderLoad, type Load } from './support/load.ts';
import { cpuMicroseconds, perCpuSecond, perWallSecond } from './support/measure.ts';
import type { Effort, Question } from './support/question.ts';
import { atLeast, atMost, type Bar, type Result } from './support/report.ts';

type Found = (result: Result) => void;

/** Chains that make blocks at the same time: enough that commits of the stores are shared. */
const lanes = 64;

const plain: Load = {
  setting: { transport: 'process', storage: 'sqlite', memo: false, signatures: 'ed25519' },
  round: 'fast',
  transfers: 1,
  lanes,
};

/** How many blocks and transfers do four validators and their client confirm? */
export const blocks: Question = {
  name: 'blocks and transfers of four validators and a client, durable',
  async ask(effort, found) {
    for (const load of everyLoad()) await askOne(load, effort, found);
    await askOne({ ...plain, pipelined: true }, effort, found);
    await askOne({ ...plain, transfers: 100, recipients: 'distinct' }, effort, found);
  },
};

/** What is left if signatures cost nothing? */
export const withoutSignatures: Question = {
  name: 'cost of a block apart from signatures, for all five together',
  async ask({ duration }, found) {
    for (const storage of ['sqlite', 'memory'] as const) {
      for (const transfers of [1, 100]) {
        const setting: Setting = { ...plain.setting, storage, signatures: 'none' };
        const spent = await confirmUnderLoad({ ...plain, setting, transfers }, duration);
        const name = `fast, ${transfers} a block, in process, ${storage}: CPU a block`;
        const bar = transfers === 1 && storage === 'sqlite' ? { bar: atMost(200) } : {};
        found({ name, value: cpuMicroseconds(spent), unit: 'us', ...bar });
      }
    }
  },
};

function everyLoad(): readonly Load[] {
  const loads: Load[] = [];
  for (const transport of ['process', 'http'] as const) {
    for (const memo of [false, true]) {
      for (const round of ['fast', 'multi-leader'] as const) {
        for (const transfers of [1, 10, 100]) {
          loads.push({
            ...plain,
            setting: { ...plain.setting, transport, memo },
            round,
            transfers,
          });
        }
      }
    }
  }
  return loads;
}

async function askOne(load: Load, { duration }: Effort, found: Found): Promise<void> {
  const spent = await confirmUnderLoad(load, duration);
  const name = loadText(load);
  const bars = barsOf(load);
  const blocksPerCpu = perCpuSecond(spent);
  const blocksPerWall = perWallSecond(spent);
  found({
    name: `${name}: blocks per CPU-second`,
    value: blocksPerCpu,
    unit: '/s',
    ...bars.blocks,
  });
  found({ name: `${name}: blocks per second`, value: blocksPerWall, unit: '/s' });
  if (load.transfers === 1) return;
  const [perCpu, perWall] = [load.transfers * blocksPerCpu, load.transfers * blocksPerWall];
  found({
    name: `${name}: transfers per CPU-second`,
    value: perCpu,
    unit: '/s',
    ...bars.transfers,
  });
  found({ name: `${name}: transfers per second`, value: perWall, unit: '/s' });
}

function loadText({ setting, round, transfers, recipients, pipelined }: Load): string {
  const where = setting.transport === 'process' ? 'in process' : 'over HTTP';
  const more = [
    where,
    ...(setting.memo ? ['memo'] : []),
    ...(pipelined ? ['pipelined'] : []),
    ...(recipients === 'distinct' ? ['to distinct chains'] : []),
  ];
  return [round, `${transfers} a block`, ...more].join(', ');
}

interface Bars {
  readonly blocks?: { readonly bar: Bar };
  readonly transfers?: { readonly bar: Bar };
}

function barsOf({ setting, round, transfers, recipients, pipelined }: Load): Bars {
  if (setting.memo || pipelined || recipients === 'distinct') return {};
  if (transfers === 100 && round === 'fast' && setting.transport === 'process') {
    return { transfers: { bar: atLeast(35_000) } };
  }
  if (transfers !== 1) return {};
  if (setting.transport === 'http')
    return round === 'fast' ? { blocks: { bar: atLeast(300) } } : {};
  return { blocks: { bar: atLeast(round === 'fast' ? 450 : 270) } };
}
