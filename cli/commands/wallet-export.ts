import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { exportWallet } from '#client/wallet/export-wallet.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { replaceFile } from '../files.ts';
import { withWallet } from '../home-wallet.ts';
import { keyMaker } from '../keys.ts';
import { chooseNew } from '../passphrase.ts';
import { object, type Report } from '../report.ts';

/** `weft wallet export`: chains and keys for another device, sealed under a passphrase. */
export function walletExport(builder: Builder): Command {
  return command('export', 'write chains and keys, always encrypted, for another device')
    .option('--out <file>', 'write there instead of to stdout')
    .action(
      perform<[], { out?: string }>(builder, (call, _, { out }) =>
        withWallet(call, async ({ wallet }) => {
          // What is there may be the only copy of other keys.
          if (out !== undefined && existsSync(out)) {
            return fail('file-exists', out, 'a path where nothing is');
          }
          const passphrase = await chooseNew(call.shell, 'Passphrase of the export');
          call.progress.step('encrypting');
          const exported = await exportWallet(wallet, { passphrase, keys: keyMaker });
          if (!exported.ok) return exported;
          if (out === undefined) return ok<Report>({ kind: 'raw', content: exported.value });
          replaceFile(out, exported.value);
          return ok(object('wallet-export', { path: out }, `wrote ${out}`));
        }),
      ),
    );
}
