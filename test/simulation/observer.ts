import type { MemoryChainStore } from '#adapters/memory/chain-store.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { storedBlockFromBytes } from '#protocol/block/stored-block.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { Violated } from './invariant-failure.ts';
import { type Ledger, newLedger } from './ledger.ts';
import { type HeadWatch, watchHeads } from './watch-heads.ts';
import { type SeenVote, watchVotes } from './watch-votes.ts';

/** A store as the observer sees it: it looks without being noticed. */
export interface ObservedStore {
  readonly name: string;
  readonly isHonest: boolean;
  peek<T>(ask: (store: MemoryChainStore) => Promise<T>): Promise<T>;
}

/** Sees everything in a world, and ends it when a rule is broken. */
export interface Observer {
  readonly ledger: Ledger;
  /** A save has just ended; its caller does not know it yet. */
  saved(store: ObservedStore, chain: ChainId): Promise<'advanced' | 'same height'>;
  /** A certified block is about to be stored. */
  stored(bytes: Uint8Array): void;
  /** A vote leaves its validator. */
  released(store: ObservedStore, vote: Vote): SeenVote;
  certified(certified: CertifiedBlock): void;
  /** An owner was told that a block is final. */
  acknowledged(block: AcknowledgedBlock): void;
  /** The memory of what was acknowledged went with a device's. */
  forget(chain: ChainId): void;
  /** Blocks that were acknowledged, and are not confirmed. */
  lost(): readonly AcknowledgedBlock[];
}

export interface AcknowledgedBlock {
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly hash: Hash;
}

export function newObserver(chains: ReadonlyMap<ChainId, bigint>, violated: Violated): Observer {
  const ledger = newLedger(chains, violated);
  const seenVote = watchVotes(violated);
  let told: readonly AcknowledgedBlock[] = [];
  const watches = new Map<string, HeadWatch>();

  function watchOf({ name }: ObservedStore): HeadWatch {
    const watch = watches.get(name) ?? watchHeads(name, violated);
    watches.set(name, watch);
    return watch;
  }

  function confirmed(certified: CertifiedBlock): void {
    ledger.confirmed(certified);
  }

  function stored(bytes: Uint8Array): void {
    const decoded = storedBlockFromBytes(bytes);
    if (decoded.ok) confirmed(decoded.value);
    else violated('what is stored can be read', decoded.error.found);
  }

  return {
    ledger,
    stored,
    certified: confirmed,
    acknowledged(block) {
      told = [...told, block];
    },
    forget(chain) {
      told = told.filter((one) => one.chain !== chain);
    },
    lost: () => told.filter(({ chain, height, hash }) => ledger.hashAt(chain, height) !== hash),
    async saved(store, chain) {
      const found = await store.peek((one) => one.loadHead(chain));
      const moved = watchOf(store).saved(chain, found);
      const { head } = found;
      if (moved === 'same height' || !head) return moved;
      const height = blockHeight(head.next - 1n);
      const bytes = (await store.peek((one) => one.loadBlocks(chain, [height]))).get(height);
      if (!bytes) violated('a tip is stored before its head', `${store.name}, ${chain}@${height}`);
      else if (ledger.hashAt(chain, height) === undefined) stored(bytes);
      if (ledger.hashAt(chain, height) !== head.tip) {
        violated('all validators confirm the same', `${store.name}, ${chain}@${height}`);
      }
      return moved;
    },
    released(store, vote) {
      if (!store.isHonest) return 'first';
      if (!watchOf(store).hasDecided(vote)) {
        const { chain, height, value } = vote.payload;
        const detail = `${value.kind} at ${height} of ${chain} by ${store.name}`;
        violated('a vote leaves after its decision is stored', detail);
      }
      return seenVote(store.name, vote);
    },
  };
}
