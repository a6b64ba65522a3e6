import type { Command } from 'commander';
import { type Builder, command, perform } from '../command.ts';
import { card } from '../operator/card.ts';
import { readConfig } from '../operator/config-files.ts';
import { unreached } from './validator-init.ts';

/** `weft validator redrive`: another try for what nobody could deliver. */
export function validatorRedrive(builder: Builder): Command {
  return command('redrive', 'move dead doorbells of a validator on AWS back to its queue')
    .argument('<name>', 'of the file in validators/')
    .option('--discard', 'delete records that are no doorbells: what they told of is owed anyway')
    .action(
      perform<[string], { discard?: true }>(builder, async (call, [name], { discard }) => {
        const config = readConfig(call, name);
        if (!config.ok) return config;
        call.progress.step('asking AWS');
        const { awsAccount } = await import('../operator/aws-account.ts');
        const { redriveOnAws } = await import('../operator/redrive-aws.ts');
        const aws = awsAccount(config.value, call.shell.env);
        const others = discard ? 'discarded' : 'kept';
        const lines = await redriveOnAws(config.value, aws, others).catch((error: unknown) => [
          unreached(name, error),
        ]);
        return card(call, 'validator-redrive', { lines });
      }),
    );
}
