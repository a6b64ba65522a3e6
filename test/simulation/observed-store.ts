import type { MemoryChainStore } from '#adapters/memory/chain-store.ts';

/** A store as the observer sees it: it looks without being noticed. */
export interface ObservedStore {
  readonly name: string;
  /** Whose key signs what is decided here. */
  readonly signer: string;
  readonly isHonest: boolean;
  /** Whether it is the store that its key signed over from the start. */
  readonly isBound: boolean;
  /** The latest that its machines take it to be. */
  clock(): bigint;
  peek<T>(ask: (store: MemoryChainStore) => Promise<T>): Promise<T>;
}
