import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Call } from './command.ts';
import { fail } from './failure.ts';

/** Asks whether to go on with what cannot be undone; without anyone to ask, it is not done. */
export async function confirmed(
  { shell }: Pick<Call, 'shell'>,
  warning: string,
): Promise<Result<undefined, Rejection>> {
  const expected = 'yes';
  if (!shell.isInteractive) return fail('not-confirmed', `nobody to ask: ${warning}`, expected);
  const answer = await shell.ask(`${warning} Type yes: `);
  return answer.trim() === expected ? ok(undefined) : fail('not-confirmed', answer, expected);
}
