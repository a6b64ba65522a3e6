import type { Clock } from '#ports/clock.ts';
import type { WalletChange, WalletRecord, WalletStore } from '#ports/wallet-store.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { duration } from '#protocol/primitives/numbers.ts';

/** What wallet stores over the same records share, as processes share a file. */
export interface WalletRecords {
  readonly records: Map<string, Uint8Array>;
  readonly locks: Set<string>;
}

export function walletRecords(): WalletRecords {
  return { records: new Map(), locks: new Set() };
}

const lockPoll = duration(1_000n);

/** A wallet that dies with the process; `shared` lets several stores use the same records. */
export function memoryWalletStore(
  clock: Clock,
  { records, locks }: WalletRecords = walletRecords(),
): WalletStore {
  return {
    read: (key) => Promise.resolve(records.get(key)?.slice()),
    list: (prefix) => Promise.resolve(listed(records, prefix)),
    write: (changes) => Promise.resolve(write(records, changes)),
    async lock(name, wait) {
      const until = clock.now() + wait;
      while (locks.has(name)) {
        if (clock.now() >= until) return undefined;
        await clock.sleep(lockPoll);
      }
      locks.add(name);
      let isHeld = true;
      return {
        release() {
          if (isHeld) locks.delete(name);
          isHeld = false;
          return Promise.resolve();
        },
      };
    },
    close: () => Promise.resolve(),
  };
}

function listed(records: ReadonlyMap<string, Uint8Array>, prefix: string): WalletRecord[] {
  return [...records]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, bytes]) => ({ key, bytes: bytes.slice() }));
}

function write(
  records: Map<string, Uint8Array>,
  changes: readonly WalletChange[],
): 'written' | 'conflict' {
  if (!changes.every((change) => holds(records, change))) return 'conflict';
  for (const { key, bytes } of changes) {
    if (bytes) records.set(key, bytes.slice());
    else records.delete(key);
  }
  return 'written';
}

function holds(records: ReadonlyMap<string, Uint8Array>, { key, base }: WalletChange): boolean {
  if (base === 'any') return true;
  const present = records.get(key);
  if (base === 'absent') return present === undefined;
  return present !== undefined && equalBytes(present, base);
}
