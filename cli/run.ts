import { type Command, CommanderError } from 'commander';
import { StoreFault } from '#ports/store-fault.ts';
import { UnreachableFault } from '#ports/validator-node.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { Builder } from './command.ts';
import { exitCodeOf, exitCodes, fail, failureFrom } from './failure.ts';
import { paintFor } from './paint.ts';
import { ExposedPassphraseFault, NoPassphraseFault } from './passphrase.ts';
import { programFor } from './program.ts';
import { jsonLine, type Report, reportLine } from './report.ts';
import type { Shell } from './shell.ts';
import { usageRejection } from './usage.ts';

/** Runs one command line, and gives the exit code. Nothing it does throws. */
export async function runCli(args: readonly string[], shell: Shell): Promise<number> {
  const isJson = args.includes('--json');
  const isVerbose = args.includes('--verbose');
  const meant = isBare(args) ? ['summary', ...args] : args;
  let code: number = exitCodes.ok;
  const builder: Builder = {
    shell,
    isJson,
    async finish({ progress, correlation }, outcome) {
      const settled = await settle(shell, outcome);
      progress.step(undefined);
      code = show(shell, { isJson, isVerbose, correlation: correlation.used() }, settled);
    },
  };
  try {
    const program = await programFor(meant, builder);
    await parse(program, meant, shell);
  } catch (error) {
    const usage =
      error instanceof CommanderError ? usageRejection(error) : rejectionOf(shell, error);
    if (usage === undefined) return exitCodes.ok;
    code = showFailure(shell, { isJson, isVerbose, correlation: undefined }, usage);
  }
  return code;
}

async function parse(program: Command, args: readonly string[], shell: Shell): Promise<void> {
  let help = '';
  configure(program, shell, (text) => {
    help += text;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // A group without a command: commander shows its help as an error.
    if (error instanceof CommanderError && error.code === 'commander.help') {
      shell.stdout.write(help);
      return;
    }
    throw error;
  }
}

function configure(one: Command, shell: Shell, writeErr: (text: string) => void): void {
  one.exitOverride().configureOutput({
    writeOut: (text) => shell.stdout.write(text),
    writeErr,
    outputError: () => undefined,
  });
  for (const part of one.commands) configure(part, shell, writeErr);
}

/** Whether only options are given, none of which asks for something else than the summary. */
function isBare(args: readonly string[]): boolean {
  return args.every((each) => each === '--json' || each === '--verbose');
}

async function settle(
  shell: Shell,
  outcome: Promise<Result<Report, Rejection>>,
): Promise<Result<Report, Rejection>> {
  try {
    return await outcome;
  } catch (error) {
    return { ok: false, error: rejectionOf(shell, error) };
  }
}

/** Faults of the disk and the network, and bugs, as they are shown. */
export function rejectionOf({ env }: Pick<Shell, 'env'>, error: unknown): Rejection {
  if (error instanceof UnreachableFault) {
    return fail('unreachable', error.message, 'an answer').error;
  }
  if (error instanceof StoreFault) {
    return fail('storage-fault', causes(error), 'a disk that keeps what is written').error;
  }
  if (isSystemError(error)) {
    const kind = wrongPaths.includes(error.code ?? '') ? 'no-such-file' : 'storage-fault';
    return fail(kind, error.message, 'files that can be read and written').error;
  }
  if (error instanceof NoPassphraseFault) {
    return fail('no-passphrase', error.message, 'the passphrase of the wallet').error;
  }
  if (error instanceof ExposedPassphraseFault) {
    const expected = 'a file that only its owner may read';
    return fail('exposed-passphrase', error.message, expected).error;
  }
  const isTold = (env.WEFT_DEBUG ?? '') !== '' && error instanceof Error;
  return fail('bug', isTold ? (error.stack ?? error.message) : String(error), 'no exception').error;
}

/** What another path mends, and no other disk. */
const wrongPaths: readonly string[] = ['ENOENT', 'EISDIR', 'ENOTDIR', 'EACCES', 'EPERM'];

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

interface Shown {
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  /** What validators log the command's requests under, if it sent any. */
  readonly correlation: string | undefined;
}

function show(shell: Shell, shown: Shown, settled: Result<Report, Rejection>): number {
  if (!settled.ok) return showFailure(shell, shown, settled.error);
  const report = settled.value;
  if (report.kind === 'raw') shell.stdout.write(report.content);
  if (report.kind === 'object') {
    shell.stdout.write(shown.isJson ? reportLine(report) : `${report.text}\n`);
    if (report.but !== undefined) return showFailure(shell, shown, report.but);
  }
  return exitCodes.ok;
}

function showFailure(shell: Shell, shown: Shown, rejection: Rejection): number {
  const { isJson, isVerbose, correlation } = shown;
  const failure = failureFrom(rejection);
  const { kind, found, expected, next } = failure;
  if (isJson) shell.stderr.write(jsonLine({ error: { ...failure, correlation } }));
  else {
    const paint = paintFor(shell, shell.stderr);
    const lines = [
      `${paint.red('error')} ${paint.bold(kind)}: ${found}`,
      `  expected  ${expected}`,
      `  next      ${next}`,
      ...(isVerbose && correlation !== undefined ? [`  logged as ${correlation}`] : []),
    ];
    shell.stderr.write(`${lines.join('\n')}\n`);
  }
  return exitCodeOf(kind);
}
