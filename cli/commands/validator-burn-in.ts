import type { Command } from 'commander';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { burnIn } from '../operator/burn-in.ts';
import { card } from '../operator/card.ts';

/** `weft validator burn-in`: how a validator does, seen from outside. */
export function validatorBurnIn(builder: Builder): Command {
  return command('burn-in', 'ask a validator some fifty things and write its report card')
    .argument('<url>', 'where it answers')
    .action(
      perform<[string], object>(builder, async (call, [text]) => {
        const url = URL.parse(text);
        if (!url || !/^https?:$/.test(url.protocol)) {
          return fail('invalid-argument', text.slice(0, 200), 'an http or https address');
        }
        call.progress.step('asking');
        try {
          return card(call, 'burn-in', { lines: await burnIn(url.origin) });
        } catch (error) {
          const found = error instanceof Error ? `${error.message} ${causeOf(error)}` : `${error}`;
          return fail('unreachable', `${url.origin}: ${found.trim()}`, 'a validator that answers');
        }
      }),
    );
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? cause.message : '';
}
