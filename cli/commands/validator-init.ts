import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { defaultConfig, validatorConfigFromText } from '#infra/config/validator-config.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { readIfThere, replaceFile } from '../files.ts';
import { card, causes, failed, type Line, pass } from '../operator/card.ts';
import { configFolder, configPath, readConfig, writeConfig } from '../operator/config-files.ts';
import { wholeNumber } from '../options.ts';

interface InitOptions {
  readonly account?: string;
  readonly region?: string;
  readonly network?: string;
  readonly stage?: 'production' | 'test';
  readonly key?: 'envelope' | 'kms-sign';
  readonly maxMonthlyUsd?: number;
}

/** What a new configuration gets where no option says otherwise. */
const defaults = { ...defaultConfig, network: 'weft' };

/** `weft validator init`: configuration, key and store binding of a validator on AWS. */
export function validatorInit(builder: Builder): Command {
  const { network, stage, key, maxMonthlyUsd } = defaults;
  return command('init', 'prepare a validator on AWS: configuration, key and store binding')
    .argument('<name>', 'of the validator; its configuration is validators/NAME.json')
    .option('--account <id>', 'where it runs, of a new configuration: 12 digits')
    .option('--region <region>', 'where it runs, of a new configuration')
    .option(
      '--network <label>',
      `for tags and bills, of a new configuration; ${network} by default`,
    )
    .addOption(
      new Option('--stage <stage>', `of a new configuration; ${stage} by default`).choices([
        'production',
        'test',
      ]),
    )
    .addOption(
      new Option(
        '--key <mode>',
        `sealed under a KMS key, or signing inside KMS; ${key} by default`,
      ).choices(['envelope', 'kms-sign']),
    )
    .option(
      '--max-monthly-usd <number>',
      `from which its fuses follow; ${maxMonthlyUsd} by default`,
      wholeNumber(50, 1_000_000),
    )
    .action(
      perform<[string], InitOptions>(builder, async (call, [name], options) => {
        const configured = configure(call, name, options);
        if (!configured.ok) return configured;
        const config = readConfig(call, name);
        if (!config.ok) return config;
        call.progress.step('asking AWS');
        const { awsAccount } = await import('../operator/aws-account.ts');
        const { initialise } = await import('../operator/initialise.ts');
        const done = await initialise(config.value, awsAccount(config.value, call.shell.env)).catch(
          (error: unknown) => ({
            lines: [unreached(name, error)],
            publicKey: undefined,
            stanza: undefined,
          }),
        );
        const lines = [configured.value, ...done.lines];
        const { publicKey, stanza } = done;
        if (publicKey && config.value.publicKey !== publicKey) {
          writeConfig(call, { ...config.value, publicKey });
        }
        if (!stanza) return card(call, 'validator-init', { lines });
        const folder = join(configFolder(call), 'stanzas');
        const file = join(folder, `${name}.json`);
        mkdirSync(folder, { recursive: true });
        replaceFile(file, `${JSON.stringify(stanza, undefined, 2)}\n`);
        lines.push(pass('stanza', `${file}, which whoever makes the genesis needs`));
        return card(call, 'validator-init', { lines, fields: { stanza } });
      }),
    );
}

/** A configuration that is there stays as it is, and options may not contradict it. */
function configure(call: Call, name: string, options: InitOptions): Result<Line, Rejection> {
  const path = configPath(call, name);
  if (readIfThere(path)) return unchanged(call, name, options);
  const { account, region } = options;
  if (account === undefined || region === undefined) {
    const missing = account === undefined ? '--account' : '--region';
    return fail('missing-option', `no ${missing}, and no ${path}`, 'where the validator runs');
  }
  const { network, stage, key, maxMonthlyUsd } = { ...defaults, ...options };
  const chosen = { name, network, account, region, stage, key, maxMonthlyUsd };
  const config = validatorConfigFromText(JSON.stringify({ ...defaultConfig, ...chosen }));
  if (!config.ok) {
    return fail('invalid-argument', config.error.path, config.error.expected);
  }
  mkdirSync(configFolder(call), { recursive: true });
  writeConfig(call, config.value);
  return ok(pass('configuration', `${path}, new`));
}

/** Somebody who names another account must not deploy to the one that is configured. */
function unchanged(call: Call, name: string, options: InitOptions): Result<Line, Rejection> {
  const config = readConfig(call, name);
  if (!config.ok) return config;
  const path = configPath(call, name);
  for (const field of ['account', 'region', 'network', 'stage', 'key', 'maxMonthlyUsd'] as const) {
    const [asked, there] = [options[field], config.value[field]];
    if (asked === undefined || asked === there) continue;
    const expected = `${field} ${there}, as ${path} says; change that file, or choose another name`;
    return fail('invalid-argument', `${field} ${asked}`, expected);
  }
  return ok(pass('configuration', path));
}

/** What went wrong on the way to AWS, with what is most often the cause. */
export function unreached(name: string, error: unknown): Line {
  return failed('aws', causes(error), `check the credentials with weft validator doctor ${name}`);
}
