import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { environmentLines } from '../net/show-network.ts';

/** `eval "$(weft net env)"`: makes a terminal know this clone and this home. */
export function netEnv(builder: Builder): Command {
  return command('env', 'print what a shell evaluates to have `weft` and WEFT_HOME').action(
    perform<[], object>(builder, ({ home }) =>
      ok({ kind: 'raw', content: environmentLines(home) }),
    ),
  );
}
