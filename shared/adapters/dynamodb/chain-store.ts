import type { ChainStore } from '#ports/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { dynamoBlobStore } from './blob-store.ts';
import { loadHead } from './head-item.ts';
import { inboxRows } from './inbox-rows.ts';
import { blockKey, hashedKey } from './item-keys.ts';
import { owedMarks } from './owed-marks.ts';
import { savingTo } from './save-chain.ts';
import { type DynamoOptions, type TableCalls, tableCalls } from './table-calls.ts';
import { tableObjects } from './table-objects.ts';
import { loadValues } from './value-items.ts';

export interface DynamoStoreOptions extends DynamoOptions {
  /** Where the bytes of blobs are; in the data table, unless given. */
  readonly objects?: ObjectStore;
}

/**
 * Keeps chains in two tables: immutable items first, then one conditional write of the head. The
 * client must not repeat calls by itself, as that of `dynamoClient` does not.
 */
export function dynamoChainStore(options: DynamoStoreOptions): NodeStore {
  const calls = tableCalls(options);
  return {
    loadHead: (chain) => loadHead(calls, chain),
    ...valueReads(calls),
    save: savingTo(calls),
    ...inboxRows(calls),
    ...owedMarks(calls),
    blobs: dynamoBlobStore(calls, options.objects ?? tableObjects(calls)),
  };
}

function valueReads(calls: TableCalls): Pick<ChainStore, 'loadPieces' | 'loadBlocks'> {
  return {
    loadPieces(chain, hashes) {
      // A hash does not say what it names: both are looked for at once.
      const keysOf = (hash: Hash) => [
        hashedKey('node', chain, hash),
        hashedKey('piece', chain, hash),
      ];
      const wanted = hashes.map((hash) => ({ name: hash, keys: keysOf(hash) }));
      return loadValues(calls, chain, wanted);
    },
    loadBlocks(chain, heights) {
      const wanted = heights.map((height) => ({ name: height, keys: [blockKey(chain, height)] }));
      return loadValues(calls, chain, wanted);
    },
  };
}
