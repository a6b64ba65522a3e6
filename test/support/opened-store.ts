import type { ChainStore } from '#ports/chain-store.ts';

/** A store that a test has for itself. */
export interface OpenedStore {
  readonly store: ChainStore;
  /** What a process started after this one finds; the first store is used no more. */
  reopen(): Promise<ChainStore>;
  /** Closes whatever is open and removes what was stored. */
  close(): Promise<void>;
}

/** Claims about every store, each with the body of its test. */
export type StoreClaims = Readonly<Record<string, (opened: OpenedStore) => Promise<void>>>;
