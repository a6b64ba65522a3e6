import type { Command } from 'commander';
import { genesisCodec } from '#protocol/block/genesis.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { readIfThere } from '../files.ts';
import { card } from '../operator/card.ts';
import { readConfig } from '../operator/config-files.ts';
import { readStanzas } from '../operator/stanza.ts';
import { unreached } from './validator-init.ts';

/** `weft validator join`: gives a validator on AWS its network. */
export function validatorJoin(builder: Builder): Command {
  return command('join', 'give a validator on AWS its genesis and the addresses of the others')
    .argument('<name>', 'of the file in validators/')
    .argument('<genesis>', 'the file that `weft validator genesis` wrote')
    .argument('<stanzas...>', 'of the members of the committee')
    .action(
      perform<[string, string, readonly string[]], object>(
        builder,
        async (call, [name, path, paths]) => {
          const config = readConfig(call, name);
          if (!config.ok) return config;
          const stanzas = readStanzas(paths);
          if (!stanzas.ok) return stanzas;
          const bytes = readIfThere(path);
          if (!bytes) return fail('no-such-file', path, 'a genesis');
          const genesis = decode(genesisCodec, bytes);
          if (!genesis.ok) {
            return fail('invalid-genesis', `${path}: ${genesis.error.found}`, 'a genesis');
          }
          call.progress.step('asking AWS');
          const { awsAccount } = await import('../operator/aws-account.ts');
          const { joinOnAws } = await import('../operator/join-aws.ts');
          const aws = awsAccount(config.value, call.shell.env);
          const parts = { genesis: genesis.value, stanzas: stanzas.value };
          try {
            const joined = await joinOnAws(config.value, aws, parts);
            return joined.ok ? card(call, 'validator-join', { lines: joined.value }) : joined;
          } catch (error) {
            return card(call, 'validator-join', { lines: [unreached(name, error)] });
          }
        },
      ),
    );
}
