import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Argument, type Command } from 'commander';
import { parametersOf, type ValidatorConfig } from '#infra/config/validator-config.ts';
import { type Builder, type Call, command, group, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { repository } from '../home.ts';
import { askAt } from '../operator/ask.ts';
import { card } from '../operator/card.ts';
import { configFolder, readConfig, writeConfig } from '../operator/config-files.ts';
import { setShards } from '../operator/set-shards.ts';
import type { ShardCount } from '../operator/shard-steps.ts';
import { wholeNumber } from '../options.ts';

/** Longer than any request lasts, and than clients keep a map that a reply contradicts. */
const drainSeconds = 60;
/** Between two requests to a busy validator. */
const pauseMs = 500;
const counts = ['1', '2', '4', '8', '16'] as const;

/** `weft validator shards set`: another number of worker functions, under traffic. */
export function validatorShards(builder: Builder): Command {
  const set = command('set', 'deploy, smoke, publish the map, drain, remove; under traffic')
    .addArgument(new Argument('<number>', 'of shards').choices(counts))
    .argument('<name>', 'of the file in validators/')
    .option(
      '--drain <seconds>',
      'until requests under the older map are over',
      wholeNumber(0, 3_600),
      drainSeconds,
    )
    .action(
      perform<[string, string], { drain: number }>(
        builder,
        async (call, [text, name], { drain }) => {
          const config = readConfig(call, name);
          if (!config.ok) return config;
          const { awsAccount } = await import('../operator/aws-account.ts');
          const at = parametersOf(config.value);
          const url = await awsAccount(config.value, call.shell.env)
            .parameters.read(at.url)
            .catch(() => undefined);
          if (url === undefined) return fail('aws-failed', `no parameter ${at.url}`, 'an address');
          const lines = await setShards(config.value, Number(text) as ShardCount, {
            save: (next) => writeConfig(call, next),
            deploy: (next) => deploy(call, next),
            ask: askAt(url),
            drain: () => sleep(1_000 * drain),
            pause: () => sleep(pauseMs),
            note: (line) => call.note(line),
          });
          return card(call, 'validator-shards', { lines });
        },
      ),
    );
  return group('shards', 'the worker functions of a validator on AWS', [set]);
}

/** What it writes goes to stderr, as it comes. */
function deploy(call: Call, { name }: ValidatorConfig): Promise<boolean> {
  const cdk = join(repository, 'node_modules/aws-cdk/bin/cdk');
  const options = [
    '--exclusively',
    '--require-approval',
    'never',
    '--context',
    `validator=${name}`,
  ];
  const args = [cdk, 'deploy', `${name}/Compute`, ...options];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { ...process.env, WEFT_VALIDATORS: configFolder(call), CDK_DISABLE_CLI_TELEMETRY: 'true' },
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}
