import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { importWallet } from '#client/wallet/export-wallet.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { keyMaker } from '../keys.ts';
import { requireNetwork } from '../network-files.ts';
import { fillNewWallet } from '../new-wallet.ts';
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
