import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { allKinds, exitCodeOf, explanationOf, fail } from '../failure.ts';
import { columns, object } from '../report.ts';

const who = {
  fix: 'you, by asking for something else',
  sync: 'the client, by bringing the validator up to date; it does so by itself',
  retry: 'anyone, by trying again',
};

/** `weft explain KIND`: what an error means and who can put it right. */
export function explain(builder: Builder): Command {
  return command('explain', 'say what a kind of error means and what to do about it')
    .argument('[kind]', 'as errors show it; without it, all kinds are listed')
    .action(
      perform<[kind?: string], object>(builder, (_, [kind]) => {
        if (kind === undefined) {
          return ok(object('explain', { kinds: allKinds }, allKinds.join('\n')));
        }
        if (!allKinds.includes(kind)) return fail('unknown-kind', kind, 'a kind that errors show');
        const { remedy, next } = explanationOf(kind);
        const exit = exitCodeOf(kind);
        const text = columns([
          ['kind', kind],
          ['who can act', who[remedy]],
          ['what to do', next],
          ['exit code', String(exit)],
        ]);
        return ok(object('explain', { kind, remedy, next, exit }, text));
      }),
    );
}
