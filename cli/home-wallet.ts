import { existsSync } from 'node:fs';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { openWallet } from '#client/wallet/open-wallet.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Call } from './command.ts';
import { fail } from './failure.ts';
import type { Home } from './home.ts';
import { keyMaker } from './keys.ts';
import { requireNetwork, type StoredNetwork } from './network-files.ts';
import { passphraseAsker } from './passphrase.ts';

export interface OpenHome {
  readonly stored: StoredNetwork;
  readonly wallet: Wallet;
}

/** Does `work` with the wallet of this home, which is closed behind it. */
export async function withWallet<T>(
  { home, shell }: Call,
  work: (open: OpenHome) => Promise<Result<T, Rejection>>,
): Promise<Result<T, Rejection>> {
  const ask = passphraseAsker(shell);
  const open = await openHome(home, () => ask('Passphrase of the wallet'));
  if (!open.ok) return open;
  try {
    return await work(open.value);
  } finally {
    await open.value.wallet.close();
  }
}

/** The network and the wallet of a home; whoever opens it closes the wallet. */
export async function openHome(
  home: Home,
  passphrase: () => Promise<string>,
): Promise<Result<OpenHome, Rejection>> {
  const stored = requireNetwork(home);
  if (!stored.ok) return stored;
  if (!existsSync(home.wallet)) return fail('no-wallet', `no ${home.wallet}`, 'a wallet');
  const store = openSqliteWalletStore(home.wallet, systemClock);
  const { genesis } = stored.value;
  const wallet = await openWallet({ store, keys: keyMaker, passphrase, network: genesis });
  if (wallet.ok) return ok({ stored: stored.value, wallet: wallet.value });
  await store.close();
  return wallet;
}
