import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { withWallet } from '../home-wallet.ts';
import { listedChain } from '../receipt.ts';
import { object } from '../report.ts';

/** `weft wallet set-default`: the chain that commands mean when none is named. */
export function walletSetDefault(builder: Builder): Command {
  return command('set-default', 'choose the chain that commands mean when none is named')
    .argument('<chain>', 'name, id or prefix of a chain of the wallet')
    .action(
      perform<[string], object>(builder, (call, [text]) =>
        withWallet(call, async ({ wallet }) => {
          const chain = await listedChain(wallet, text);
          if (!chain.ok) return chain;
          const { id, name } = chain.value;
          await wallet.setDefault(id);
          const fields = { chain: { name, id } };
          return ok(object('wallet-set-default', fields, `${name} is the default`));
        }),
      ),
    );
}
