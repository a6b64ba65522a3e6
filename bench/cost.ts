import { confirmUnderLoad } from './support/load.ts';
import { withSpeed } from './support/machine.ts';
import { cpuMicroseconds } from './support/measure.ts';
import type { Pace, Question } from './support/question.ts';
import { atMost, type Measured, type Result, time } from './support/report.ts';

/** What is left when signing and verifying cost nothing. */
export const cost: Question = {
  name: 'cost',
  asks: 'CPU time of one block apart from signatures, for four validators and their client',
  async answer(pace) {
    const one = await measure(pace, { storage: 'sqlite', transfers: 1 });
    const many = await measure(pace, { storage: 'sqlite', transfers: 100 });
    const memory = await measure(pace, { storage: 'memory', transfers: 1 });
    return [
      result({ name: 'a block of 1 transfer', unit: 'µs', bar: atMost(200) }, one),
      result({ name: 'a block of 100 transfers', unit: 'µs' }, many),
      result({ name: 'a block of 1 transfer, stores in memory', unit: 'µs' }, memory),
    ];
  },
};

interface Taken {
  readonly microseconds: number;
  readonly speed: number;
}

async function measure(
  { kind, duration }: Pace,
  { storage, transfers }: { readonly storage: 'sqlite' | 'memory'; readonly transfers: number },
): Promise<Taken> {
  const setting = { transport: 'process', storage, memo: false, signatures: 'none' } as const;
  const load = { setting, transfers, round: 'fast', lanes: 64 } as const;
  const longer = kind === 'quick' ? duration : { ...duration, warmUpMs: 2 * duration.measureMs };
  const { value: spent, speed } = await withSpeed(() => confirmUnderLoad(load, longer));
  return { microseconds: cpuMicroseconds(spent), speed };
}

function result(what: Omit<Measured, 'measured'>, { microseconds, speed }: Taken): Result {
  return time({ ...what, measured: microseconds }, speed);
}
