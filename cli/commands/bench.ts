import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { exitCodes, fail } from '../failure.ts';
import { repository } from '../home.ts';
import type { Report } from '../report.ts';

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

function runBench(args: readonly string[]): Promise<Result<Report, Rejection>> {
  const main = join(repository, 'bench/main.ts');
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(failed(error.message)));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(ok({ kind: 'silent' }));
      else if (code !== exitCodes.usage) resolve(failed(`ended with ${signal ?? code}`));
      else resolve(fail('invalid-argument', args.join(' '), 'questions that are listed'));
    });
  });
}

function failed(found: string): Result<Report, Rejection> {
  return fail('bench-failed', found, 'measurements');
}
