import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { importWallet } from '#client/wallet/export-wallet.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { keyMaker } from '../keys.ts';
import { requireNetwork } from '../network-files.ts';
import { passphraseAsker } from '../passphrase.ts';
import { object, type Report } from '../report.ts';

/** `weft wallet import`: a new wallet from an export. */
export function walletImport(builder: Builder): Command {
  return command('import', 'make the wallet from an export; fast rounds are off in it')
    .argument('<file>', 'what `weft wallet export` wrote')
    .option('--encrypt', 'protect the keys with the passphrase of the export')
    .action(
      perform<[string], { encrypt?: boolean }>(builder, (call, [file], { encrypt = false }) =>
        importFrom(call, file, encrypt),
      ),
    );
}

async function importFrom(
  { home, shell, progress }: Call,
  file: string,
  encrypt: boolean,
): Promise<Result<Report, Rejection>> {
  const stored = requireNetwork(home);
  if (!stored.ok) return stored;
  if (existsSync(home.wallet)) return refuse('wallet-exists', home.wallet, 'no wallet');
  const content = readFileSync(file, 'utf8');
  const { genesis } = stored.value;
  const exportPassphrase = await passphraseAsker(shell)('Passphrase of the export');
  const isSealed = encrypt || !genesis.header.development;
  const store = openSqliteWalletStore(home.wallet, systemClock);
  progress.step('decrypting');
  try {
    const wallet = await importWallet(content, {
      store,
      keys: keyMaker,
      network: genesis,
      passphrase: isSealed ? () => Promise.resolve(exportPassphrase) : undefined,
      exportPassphrase,
    });
    if (!wallet.ok) return wallet;
    const names = (await wallet.value.chains()).map(({ name }) => name);
    const fields = { path: home.wallet, encrypted: isSealed, chains: names };
    return ok(object('wallet-import', fields, `imported ${names.join(', ')}`));
  } finally {
    await store.close();
  }
}
