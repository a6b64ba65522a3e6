import type { Command } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import type { Report } from '../report.ts';
import { runScript } from '../run-script.ts';

/** `weft bench`: the benchmarks of the clone, in a process of their own. */
export function bench(builder: Builder): Command {
  return command('bench', 'measure blocks, transfers and latency on this machine')
    .argument('[questions...]', 'such as latency; all without any')
    .option('--quick', 'a look in half a minute, not figures to keep')
    .action(
      perform<[questions: readonly string[]], { readonly quick?: true }>(
        builder,
        ({ isJson }, [questions], { quick }) =>
          runBench([...questions, ...(isJson ? ['--json'] : []), ...(quick ? ['--quick'] : [])]),
      ),
    );
}

async function runBench(args: readonly string[]): Promise<Result<Report, Rejection>> {
  const run = await runScript('bench/main.ts', args);
  if (run.ok) return ok({ kind: 'silent' });
  const { kind, found } = run.error;
  return kind === 'usage'
    ? fail('invalid-argument', found, 'questions that are listed')
    : fail('bench-failed', found, 'measurements');
}
