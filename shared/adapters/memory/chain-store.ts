import type { ChainWrite, SaveResult } from '#ports/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { memoryBlobStore } from './blob-store.ts';
import { type MemoryUploads, memoryBlobUploads } from './blob-uploads.ts';
import { readsOf } from './read-chains.ts';
import { costMeter, type StoreCosts } from './store-costs.ts';
import type { StoreStep } from './store-step.ts';
import { copyChains, noChains, type StoredChains } from './stored-chains.ts';
import { writesOf } from './write-chains.ts';

export interface MemoryStoreOptions {
  /** How a store would pack values too long for one write unit; only the costs depend on it. */
  readonly pack?: (value: Uint8Array) => Uint8Array;
  /** Starts with what was stored then. */
  readonly from?: StoredChains;
  /**
   * Awaited before each step. What it throws becomes the caller's fault: earlier steps stay done,
   * later ones are not.
   */
  readonly beforeStep?: (step: StoreStep) => Promise<void> | void;
  /** What addresses for contents of blobs begin with. */
  readonly uploadsAt?: () => string;
}

export interface MemoryChainStore extends NodeStore {
  readonly uploads: MemoryUploads;
  /** What a restarted process would find. */
  snapshot(): StoredChains;
  /** What DynamoDB would have billed since the last reset. */
  costs(): StoreCosts;
  resetCosts(): void;
}

/** Keeps chains in this process, with the steps and the costs that a DynamoDB store would have. */
export function memoryChainStore(options: MemoryStoreOptions = {}): MemoryChainStore {
  const { from, beforeStep, pack, uploadsAt = () => 'memory:uploads' } = options;
  const stored = from === undefined ? noChains() : copyChains(from);
  const meter = costMeter(pack);
  const reached = async (step: StoreStep) => beforeStep?.(step);
  const writes = writesOf(stored, meter, reached);

  async function saveAll(chain: ChainId, base: number, write: ChainWrite): Promise<SaveResult> {
    for (const piece of write.pieces) await writes.putPiece(chain, piece);
    for (const node of write.nodes) await writes.putNode(chain, node, base + 1);
    for (const block of write.blocks) await writes.putBlock(chain, block);
    const others = await writes.putRows(write.rows);
    if (others.length > 0) return { kind: 'row-mismatch', stored: others };
    if (write.owed !== undefined) await writes.putOwed(write.owed);
    if (write.head === undefined) return { kind: 'saved' };
    return { kind: await writes.replaceHead(chain, base, write.head) };
  }

  return {
    ...readsOf(stored, meter, reached),
    async save(chain, base, write) {
      const result = await saveAll(chain, base, write);
      await reached({ kind: 'reply', action: 'write', chain });
      return result;
    },
    blobs: memoryBlobStore(stored.blobs, reached),
    uploads: memoryBlobUploads(stored.blobs, reached, uploadsAt),
    deleteRows: writes.deleteRows,
    raiseOwed: writes.raiseOwed,
    clearOwed: writes.clearOwed,
    snapshot: () => copyChains(stored),
    costs: meter.costs,
    resetCosts: meter.reset,
  };
}
