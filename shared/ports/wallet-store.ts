import type { Duration } from '#protocol/primitives/numbers.ts';

/** One record; keys are printable ASCII. */
export interface WalletRecord {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Replaces a record, or deletes it, if it still is what was read before. */
export interface WalletChange {
  readonly key: string;
  readonly bytes: Uint8Array | undefined;
  /** The bytes there must be; `absent`: there must be none; `any`: whatever is there. */
  readonly base: Uint8Array | 'absent' | 'any';
}

/** Held by one holder at a time, in all processes that use the store. */
export interface WalletLock {
  release(): Promise<void>;
}

/**
 * What a wallet keeps, for several processes at once. All methods throw `StoreFault` when the
 * outcome is unknown. Every adapter passes test/contracts/wallet-store.ts.
 */
export interface WalletStore {
  read(key: string): Promise<Uint8Array | undefined>;
  /** The records whose keys begin with `prefix`, in order of key. */
  list(prefix: string): Promise<readonly WalletRecord[]>;
  /** All changes or none; durable when it returns. */
  write(changes: readonly WalletChange[]): Promise<'written' | 'conflict'>;
  /** The lock of that name, or nothing after `wait`. The death of its holder releases it. */
  lock(name: string, wait: Duration): Promise<WalletLock | undefined>;
  close(): Promise<void>;
}
