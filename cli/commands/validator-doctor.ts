import type { Command } from 'commander';
import { type Builder, command, perform } from '../command.ts';
import { card, pass } from '../operator/card.ts';
import { configPath, knownConfigs, readConfig } from '../operator/config-files.ts';
import { unreached } from './validator-init.ts';

/** `weft validator doctor`: looks for what keeps a validator on AWS from voting. */
export function validatorDoctor(builder: Builder): Command {
  return command('doctor', 'look for what keeps a validator on AWS from voting')
    .argument('<name>', 'of the file in validators/')
    .action(
      perform<[string], object>(builder, async (call, [name]) => {
        const config = readConfig(call, name);
        if (!config.ok) return config;
        call.progress.step('asking AWS');
        const { awsAccount } = await import('../operator/aws-account.ts');
        const { examineOnAws } = await import('../operator/examine-aws.ts');
        const aws = awsAccount(config.value, call.shell.env);
        const lines = await examineOnAws(config.value, aws, knownConfigs(call)).catch(
          (error: unknown) => [unreached(name, error)],
        );
        const first = pass('configuration', configPath(call, name));
        return card(call, 'validator-doctor', { lines: [first, ...lines] });
      }),
    );
}
