import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Call } from '../command.ts';
import { fail } from '../failure.ts';
import { paintFor } from '../paint.ts';
import { columns, object, type Report } from '../report.ts';

/** One thing that was done or looked at. `fix` is what to do about it, exactly. */
export interface Line {
  readonly check: string;
  readonly state: 'pass' | 'warn' | 'fail';
  readonly found: string;
  readonly fix?: string;
}

export const pass = (check: string, found: string): Line => ({ check, state: 'pass', found });
export const warn = (check: string, found: string, fix: string): Line => ({
  check,
  state: 'warn',
  found,
  fix,
});
export const failed = (check: string, found: string, fix: string): Line => ({
  check,
  state: 'fail',
  found,
  fix,
});

/** What went wrong, and why: AWS gave no answer, for there are no credentials. */
export function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const colours = { pass: 'green', warn: 'cyan', fail: 'red' } as const;

/** The lines as a report; a command with a line that fails does not succeed. */
export function card(
  call: Call,
  schema: string,
  { lines, fields = {}, text = '' }: CardParts,
): Result<Report, Rejection> {
  const paint = paintFor(call.shell, call.shell.stdout);
  const rows = columns(lines.map(({ check, state, found }) => [state, check, found])).split('\n');
  const shown = lines.flatMap(({ state, fix }, index) => {
    const row = paint[colours[state]](rows[index] ?? '');
    return fix === undefined ? [row] : [row, `      fix: ${fix}`];
  });
  const bad = lines.filter(({ state }) => state === 'fail').map(({ check }) => check);
  const all = text === '' ? shown : [...shown, '', text];
  const report = object(schema, { lines, ...fields }, all.join('\n'));
  if (bad.length === 0) return ok(report);
  return ok({ ...report, but: fail('problems-found', bad.join(', '), 'no line that fails').error });
}

interface CardParts {
  readonly lines: readonly Line[];
  readonly fields?: Readonly<Record<string, unknown>>;
  /** What stands below the lines, for people. */
  readonly text?: string;
}
