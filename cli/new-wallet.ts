import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, rmSync } from 'node:fs';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { WalletStore } from '#ports/wallet-store.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { Home } from './home.ts';

/**
 * Fills the wallet of a home that has none. It gets its name when it is whole, so that what fails
 * or ends halfway leaves none, and of two at once one is refused.
 */
export async function fillNewWallet<T>(
  { wallet: path }: Home,
  fill: (store: WalletStore) => Promise<Result<T, Rejection>>,
): Promise<Result<T, Rejection>> {
  if (existsSync(path)) return refuse('wallet-exists', path, 'no wallet');
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const filled = await filledWith(draft, fill);
    if (!filled.ok) return filled;
    // What is left of a wallet that was deleted would be read as part of this one.
    for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    linkSync(draft, path);
    return filled;
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (isThere) return refuse('wallet-exists', path, 'no wallet');
    throw error;
  } finally {
    for (const end of ['', '-wal', '-shm', '.locks']) {
      rmSync(`${draft}${end}`, { recursive: true, force: true });
    }
  }
}

async function filledWith<T>(path: string, fill: (store: WalletStore) => Promise<T>): Promise<T> {
  const store = openSqliteWalletStore(path, systemClock);
  try {
    return await fill(store);
  } finally {
    await store.close();
  }
}
