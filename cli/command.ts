import { Command } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { type Correlation, newCorrelation } from './correlation.ts';
import { type Home, homeFrom } from './home.ts';
import { type Progress, progressOn, silentProgress } from './progress.ts';
import type { Report } from './report.ts';
import type { Shell } from './shell.ts';

export const version = '0.1.0';

/** One run of a command: what it may use, and where it says how far it is. */
export interface Call {
  readonly shell: Shell;
  readonly home: Home;
  readonly isJson: boolean;
  readonly progress: Progress;
  readonly correlation: Correlation;
  /** A line for people, on stderr; nothing when JSON was asked for. */
  note(line: string): void;
}

export type Outcome = Promise<Result<Report, Rejection>>;

/** What a command's parts need to be built: the shell, and where its outcome goes. */
export interface Builder {
  readonly shell: Shell;
  /** Whether `--json` is given, before or behind the command. */
  readonly isJson: boolean;
  finish(call: Call, outcome: Outcome): Promise<void>;
}

/** A command with the options that all have. */
export function command(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .option('--json', 'answer with one JSON object')
    .option('--verbose', 'show with an error what validators log it under')
    .version(version, '-V, --version', 'show the version');
}

/** A command that only holds others. */
export function group(name: string, summary: string, parts: readonly Command[]): Command {
  const holder = new Command(name).description(summary).version(version, '-V, --version');
  for (const part of parts) holder.addCommand(part);
  return holder;
}

/** What commander calls: `run` with the arguments as one list, then the options. */
export function perform<Args extends readonly unknown[], Options>(
  { shell, isJson, finish }: Builder,
  run: (call: Call, args: Args, options: Options) => Outcome | Awaited<Outcome>,
): (...received: unknown[]) => Promise<void> {
  return async (...received) => {
    const args = received.slice(0, -2) as unknown as Args;
    const options = received.at(-2) as Options;
    const call: Call = {
      shell,
      isJson,
      home: homeFrom(shell.env),
      correlation: newCorrelation(),
      progress: isJson && !shell.stderr.isTty ? silentProgress : progressOn(shell.stderr),
      note: (line) => {
        if (!isJson) shell.stderr.write(`${line}\n`);
      },
    };
    await finish(call, (async () => await run(call, args, options))());
  };
}
