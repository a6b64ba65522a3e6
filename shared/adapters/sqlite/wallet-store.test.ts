import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#ports/clock.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { walletStoreContract } from '#test/contracts/wallet-store.ts';
import { openSqliteWalletStore } from './wallet-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-wallet-'));
after(() => rmSync(folder, { recursive: true }));

const clock: Clock = {
  now: () => timestamp(BigInt(Date.now()) * 1000n),
  sleep: async (length) => void (await pause(Number(length / 1000n))),
};

let files = 0;
const newPath = () => join(folder, `${files++}.db`);

walletStoreContract('sqlite', () => {
  const path = newPath();
  const one = openSqliteWalletStore(path, clock);
  return Promise.resolve({ one, other: openSqliteWalletStore(path, clock) });
});

test('only its owner may read the file, also one that was there before', async () => {
  const path = newPath();
  writeFileSync(path, '', { mode: 0o644 });
  const store = openSqliteWalletStore(path, clock);
  await store.write([{ key: 'a', bytes: Uint8Array.of(1), base: 'any' }]);
  for (const suffix of ['', '-wal', '-shm']) assert.equal(statSync(path + suffix).mode & 0o77, 0);
  await store.close();
});

test('a wallet is there again after it was closed', async () => {
  const path = newPath();
  const store = openSqliteWalletStore(path, clock);
  await store.write([{ key: 'a', bytes: Uint8Array.of(1), base: 'any' }]);
  await store.close();
  const again = openSqliteWalletStore(path, clock);
  assert.deepEqual(await again.read('a'), Uint8Array.of(1));
  await again.close();
});

test('what is no wallet is a fault, not a wallet', () => {
  const path = newPath();
  writeFileSync(path, 'not a database, but long enough to be looked at'.repeat(50));
  assert.throws(() => openSqliteWalletStore(path, clock), StoreFault);
});
