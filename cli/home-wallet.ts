import { existsSync } from 'node:fs';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { openWallet } from '#client/wallet/open-wallet.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { Call } from './command.ts';
import { fail } from './failure.ts';
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
  const stored = requireNetwork(home);
  if (!stored.ok) return stored;
  if (!existsSync(home.wallet)) return fail('no-wallet', `no ${home.wallet}`, 'a wallet');
  const store = openSqliteWalletStore(home.wallet, systemClock);
  const ask = passphraseAsker(shell);
  const wallet = await openWallet({
    store,
    keys: keyMaker,
    passphrase: () => ask('Passphrase of the wallet'),
    network: stored.value.genesis,
  });
  if (!wallet.ok) {
    await store.close();
    return wallet;
  }
  try {
    return await work({ stored: stored.value, wallet: wallet.value });
  } finally {
    await wallet.value.close();
  }
}
