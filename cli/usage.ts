import type { CommanderError } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { CliKind } from './failure.ts';

const kinds: Readonly<Record<string, CliKind>> = {
  'commander.unknownCommand': 'unknown-command',
  'commander.unknownOption': 'unknown-option',
  'commander.excessArguments': 'unexpected-argument',
  'commander.missingArgument': 'missing-argument',
  'commander.missingMandatoryOptionValue': 'missing-option',
  'commander.optionMissingArgument': 'missing-value',
  'commander.invalidArgument': 'invalid-argument',
};

const expectations: Readonly<Partial<Record<CliKind, string>>> = {
  'unknown-command': 'a command of `weft --help`',
  'unknown-option': 'an option of the command',
  'unexpected-argument': 'fewer arguments',
  'missing-argument': 'all arguments that are not optional',
  'missing-option': 'all options that are not optional',
  'missing-value': 'a value behind the option',
  'invalid-argument': 'what --help says',
};

/** Why a command line cannot be read; nothing if it asked for help or the version, and got it. */
export function usageRejection(error: CommanderError): Rejection | undefined {
  if (error.exitCode === 0) return undefined;
  const kind = kinds[error.code] ?? 'invalid-argument';
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /Did you mean (.*)\?/.exec(rest.join(' '))?.[1];
  const expected = suggestion ?? expectations[kind] ?? 'what --help says';
  return { kind, found: first, expected };
}
