import type { BlobUploads } from '#ports/blob-uploads.ts';
import type { ChainStore } from '#ports/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { Uploads } from '#ports/uploads.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { dynamoBlobStore, dynamoBlobUploads } from './blob-store.ts';
import { loadHead } from './head-item.ts';
import { inboxRows } from './inbox-rows.ts';
import { blockKey, hashedKey } from './item-keys.ts';
import { owedMarks } from './owed-marks.ts';
import { type RecentValues, recentValues } from './recent-values.ts';
import { savingTo } from './save-chain.ts';
import { type DynamoOptions, type TableCalls, tableCalls } from './table-calls.ts';
import { tableObjects } from './table-objects.ts';
import { loadFewValues, loadValues } from './value-items.ts';

export interface DynamoStoreOptions extends DynamoOptions {
  /** Where the bytes of blobs are; in the data table, unless given. */
  readonly objects?: ObjectStore;
  /** Lets bytes past the validator to where those objects are. */
  readonly uploads?: Uploads;
}

export interface DynamoStore extends NodeStore {
  readonly uploads: BlobUploads | undefined;
}

/**
 * Keeps chains in two tables: immutable items first, then one conditional write of the head. The
 * client must not repeat calls by itself, as that of `dynamoClient` does not.
 */
export function dynamoChainStore(options: DynamoStoreOptions): DynamoStore {
  const calls = tableCalls(options);
  const recent = recentValues();
  const { objects = tableObjects(calls), uploads } = options;
  return {
    loadHead: (chain) => loadHead(calls, chain),
    ...valueReads(calls, recent),
    save: remembering(savingTo(calls), recent),
    ...inboxRows(calls),
    ...owedMarks(calls),
    blobs: dynamoBlobStore(calls, objects),
    uploads: uploads && dynamoBlobUploads(calls, objects, uploads),
  };
}

function valueReads(
  calls: TableCalls,
  recent: RecentValues,
): Pick<ChainStore, 'loadPieces' | 'loadBlocks'> {
  return {
    async loadPieces(chain, hashes) {
      const found = new Map<Hash, Uint8Array>();
      for (const hash of hashes) {
        const bytes = recent.get(pieceText(chain, hash));
        if (bytes !== undefined) found.set(hash, bytes);
      }
      // A hash does not say what it names: both are looked for at once.
      const keysOf = (hash: Hash) => [
        hashedKey('node', chain, hash),
        hashedKey('piece', chain, hash),
      ];
      const missing = hashes.filter((hash) => !found.has(hash));
      const wanted = missing.map((hash) => ({ name: hash, keys: keysOf(hash) }));
      for (const [hash, bytes] of await loadValues(calls, chain, wanted)) {
        recent.set(pieceText(chain, hash), bytes);
        found.set(hash, bytes);
      }
      return found;
    },
    loadBlocks(chain, heights) {
      const wanted = heights.map((height) => ({ name: height, keys: [blockKey(chain, height)] }));
      return loadFewValues(calls, chain, wanted);
    },
  };
}

/** Saves, and remembers the pieces that were saved: whether the head was makes no difference. */
function remembering(save: ChainStore['save'], recent: RecentValues): ChainStore['save'] {
  return async (chain, base, write) => {
    const result = await save(chain, base, write);
    for (const { hash, bytes } of [...write.pieces, ...write.nodes]) {
      recent.set(pieceText(chain, hash), bytes.slice());
    }
    return result;
  };
}

function pieceText(chain: ChainId, hash: Hash): string {
  return `${chain}/${hash}`;
}
