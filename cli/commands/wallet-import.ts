import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { importWallet } from '#client/wallet/export-wallet.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { isJoined, type JoinOptions, networkFor, withJoinOptions } from '../join-options.ts';
import { keyMaker } from '../keys.ts';
import { fillNewWallet } from '../new-wallet.ts';
import { passphraseAsker } from '../passphrase.ts';
import { object, type Report } from '../report.ts';

interface ImportOptions extends JoinOptions {
  readonly encrypt?: boolean;
}

/** `weft wallet import`: a new wallet from an export. */
export function walletImport(builder: Builder): Command {
  const one = command('import', 'make the wallet from an export; fast rounds are off in it')
    .argument('<file>', 'what `weft wallet export` wrote')
    .option('--encrypt', 'protect the keys with the passphrase of the export');
  return withJoinOptions(one).action(
    perform<[string], ImportOptions>(builder, (call, [file], options) =>
      importFrom(call, file, options),
    ),
  );
}

async function importFrom(
  call: Call,
  file: string,
  { encrypt = false, ...joining }: ImportOptions,
): Promise<Result<Report, Rejection>> {
  const { home, shell, progress } = call;
  if (existsSync(home.wallet)) return refuse('wallet-exists', home.wallet, 'no wallet');
  const stored = await networkFor(call, joining);
  if (!stored.ok) return stored;
  const content = readFileSync(file, 'utf8');
  const { genesis } = stored.value;
  const exportPassphrase = await passphraseAsker(shell)('Passphrase of the export');
  const isSealed = encrypt || isJoined(stored.value) || !genesis.header.development;
  progress.step('decrypting');
  const imported = await fillNewWallet(home, async (store) => {
    const wallet = await importWallet(content, {
      store,
      keys: keyMaker,
      network: genesis,
      passphrase: isSealed ? () => Promise.resolve(exportPassphrase) : undefined,
      exportPassphrase,
    });
    return wallet.ok ? ok((await wallet.value.chains()).map(({ name }) => name)) : wallet;
  });
  if (!imported.ok) return imported;
  const names = imported.value;
  const fields = { path: home.wallet, encrypted: isSealed, chains: names };
  return ok(object('wallet-import', fields, `imported ${names.join(', ')}`));
}
