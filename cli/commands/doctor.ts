import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { type Check, examine } from '../doctor/examine.ts';
import { fail } from '../failure.ts';
import { paintFor } from '../paint.ts';
import { columns, object } from '../report.ts';

/** `weft doctor`: looks for what keeps Weft from working on this machine. */
export function doctor(builder: Builder): Command {
  return command('doctor', 'look for what keeps weft from working here').action(
    perform<[], object>(builder, async (call) => {
      call.progress.step('examining');
      const checks = await examine(call.home);
      const paint = paintFor(call.shell, call.shell.stdout);
      const rows = checks.map(({ check, state, found }) => [state, check, found]);
      const lines = columns(rows).split('\n');
      const text = lines.map((line, index) => paint[colours[(checks[index] as Check).state]](line));
      const failed = checks.filter(({ state }) => state === 'bad');
      const advice = checks.flatMap(({ check, next }) => (next ? [`${check}: ${next}`] : []));
      const fields = { checks, healthy: failed.length === 0 };
      const report = object('doctor', fields, [...text, ...advice].join('\n'));
      if (failed.length === 0) return ok(report);
      const names = failed.map(({ check }) => check).join(', ');
      return ok({ ...report, but: fail('problems-found', names, 'no check that fails').error });
    }),
  );
}

const colours = { good: 'green', odd: 'cyan', bad: 'red' } as const;
