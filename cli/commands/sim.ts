import type { Command } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { wholeNumber } from '../options.ts';
import type { Report } from '../report.ts';
import { runScript } from '../run-script.ts';

interface SimOptions {
  readonly seed?: number;
  readonly from?: number;
  readonly seeds?: number;
  readonly events?: number;
  readonly diagram?: string;
  readonly shrink?: true;
}

const most = 9_999_999_999;
const anySeed = wholeNumber(0, most);

/** `weft sim`: whole networks in virtual time, from a seed each, in a process of their own. */
export function sim(builder: Builder): Command {
  return command('sim', 'run networks in virtual time, where everything goes wrong')
    .option('--seed <number>', 'one network, with what its seed says', anySeed)
    .option('--from <number>', 'the first seed of several', anySeed)
    .option('--seeds <number>', 'how many; 100 by default', wholeNumber(1, most))
    .option(
      '--events <number>',
      'how much happens before nothing goes wrong any more',
      wholeNumber(0, most),
    )
    .option('--diagram <file>', 'draw how it ended, as a page with a space-time diagram')
    .option('--shrink', 'look for a smaller network that breaks the same rule')
    .action(perform<[], SimOptions>(builder, ({ isJson }, _, options) => runSim(options, isJson)));
}

async function runSim(
  { shrink, seed, from, seeds, events, diagram }: SimOptions,
  isJson: boolean,
): Promise<Result<Report, Rejection>> {
  const named = Object.entries({ seed, from, seeds, events, diagram });
  const args = [
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, `${value}`])),
    ...(shrink ? ['--shrink'] : []),
    ...(isJson ? ['--json'] : []),
  ];
  const run = await runScript('test/simulation/main.ts', args);
  if (run.ok) return ok({ kind: 'silent' });
  const { kind, found } = run.error;
  return kind === 'usage'
    ? fail('invalid-argument', found, 'whole numbers')
    : fail('problems-found', found, 'networks that break no rule');
}
