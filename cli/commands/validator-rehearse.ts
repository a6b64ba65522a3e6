import type { Command } from 'commander';
import { type Builder, command, perform } from '../command.ts';
import { card } from '../operator/card.ts';
import { readConfig } from '../operator/config-files.ts';
import { unreached } from './validator-init.ts';

/** `weft validator rehearse`: whether this version makes of blocks what was certified. */
export function validatorRehearse(builder: Builder): Command {
  return command('rehearse', 'execute the newest blocks of a validator on AWS again, read-only')
    .argument('<name>', 'of the file in validators/')
    .action(
      perform<[string], object>(builder, async (call, [name]) => {
        const config = readConfig(call, name);
        if (!config.ok) return config;
        call.progress.step('executing the newest blocks again');
        const { awsAccount } = await import('../operator/aws-account.ts');
        const { rehearseOnAws } = await import('../operator/rehearse-aws.ts');
        const aws = awsAccount(config.value, call.shell.env);
        const lines = await rehearseOnAws(config.value, aws).catch((error: unknown) => [
          unreached(name, error),
        ]);
        return card(call, 'validator-rehearse', { lines });
      }),
    );
}
