import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#ports/clock.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { walletStoreContract } from '#test/contracts/wallet-store.ts';
import { memoryWalletStore, walletRecords } from './wallet-store.ts';

const clock: Clock = {
  now: () => timestamp(BigInt(Date.now()) * 1000n),
  sleep: async (length) => void (await pause(Number(length / 1000n))),
};

walletStoreContract('memory', () => {
  const shared = walletRecords();
  const one = memoryWalletStore(clock, shared);
  return Promise.resolve({ one, other: memoryWalletStore(clock, shared) });
});
