import type { DatabaseSync } from 'node:sqlite';
import type { ChainStore } from '#ports/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { answer } from './answer.ts';
import { sqliteBlobStore } from './blob-store.ts';
import { type ChainNumbers, chainNumbers } from './chain-numbers.ts';
import { openChainTables } from './chain-tables.ts';
import { type GroupCommit, groupCommit } from './group-commit.ts';
import type { Sharing } from './open-database.ts';
import { owedTable } from './owed-table.ts';
import { rowTable } from './row-table.ts';
import { type ChainTables, savingTo } from './save-chain.ts';
import { type StoreRun, storeRun } from './store-run.ts';
import { valueTables } from './value-tables.ts';

export interface SqliteStoreOptions {
  /** A validator's file is `exclusive`; the processes of one wallet share theirs. */
  readonly sharing: Sharing;
  /** Most chains whose heads are kept in memory. */
  readonly chainsMax?: number;
}

export interface SqliteChainStore extends NodeStore {
  /** What binds a key to this file. */
  readonly run: StoreRun;
  /** Commits what waits, and closes the file. */
  close(): Promise<void>;
}

const defaultChainsMax = 10_000;

/**
 * Keeps chains in one file. Changes made in one turn of the event loop share a transaction and a
 * sync; a change is visible only when it is on the disk.
 *
 * @throws FileInUseFault if another process has the file for itself.
 * @throws StoreFault if the file cannot be read, or was written by a later program.
 */
export function openSqliteChainStore(path: string, options: SqliteStoreOptions): SqliteChainStore {
  const { sharing, chainsMax = defaultChainsMax } = options;
  const db = openChainTables(path, sharing);
  const numbers = chainNumbers(db, { keepsHeads: sharing === 'exclusive', chainsMax });
  const run = storeRun(db);
  const group = groupCommit(db, {
    beforeCommit: run.countCommit,
    afterCommit: run.announceCommit,
    afterRollback: numbers.forgetAll,
  });
  const tables = { values: valueTables(db), rows: rowTable(db), owed: owedTable(db), numbers };
  return {
    ...reads(tables),
    ...changes(tables, group),
    save: savingTo(db, tables, group),
    blobs: sqliteBlobStore(db, group),
    run,
    close: () => answer(() => closeStore(db, group)),
  };
}

type Reads = 'loadHead' | 'loadPieces' | 'loadBlocks' | 'loadRows' | 'listRows' | 'listOwed';

function reads({ values, rows, owed, numbers }: ChainTables): Pick<ChainStore, Reads> {
  return {
    loadHead: (chain) =>
      answer(() => {
        const { version = 0, head } = numbers.load(chain) ?? {};
        return { version, head };
      }),
    loadPieces: (chain, hashes) =>
      answer(() => presentOf(numbers, chain, hashes, values.loadPiece)),
    loadBlocks: (chain, heights) =>
      answer(() => presentOf(numbers, chain, heights, values.loadBlock)),
    loadRows: (recipient, keys) =>
      answer(() => {
        const number = numbers.numberOf(recipient);
        return number === undefined ? [] : rows.load(recipient, number, keys);
      }),
    listRows: (recipient, cursor, limit) =>
      answer(() => {
        const number = numbers.numberOf(recipient);
        if (number === undefined) return { items: [], next: undefined };
        return rows.list(recipient, number, { cursor, limit });
      }),
    listOwed: (slot, cursor, limit) => answer(() => owed.list(slot, cursor, limit)),
  };
}

type Changes = 'deleteRows' | 'raiseOwed' | 'clearOwed';

function changes(tables: ChainTables, group: GroupCommit): Pick<ChainStore, Changes> {
  const { rows, owed, numbers } = tables;
  return {
    deleteRows: (recipient, keys) =>
      group.run(() => {
        const number = numbers.numberOf(recipient);
        if (number !== undefined) for (const key of keys) rows.remove(number, key);
      }),
    raiseOwed: (chain, from) => group.run(() => owed.raise(chain, from)),
    clearOwed: (chain, atMost) => group.run(() => owed.clear(chain, atMost)),
  };
}

function presentOf<Key>(
  numbers: ChainNumbers,
  chain: ChainId,
  keys: readonly Key[],
  load: (number: number, key: Key) => Uint8Array | undefined,
): ReadonlyMap<Key, Uint8Array> {
  const found = new Map<Key, Uint8Array>();
  const number = keys.length === 0 ? undefined : numbers.numberOf(chain);
  if (number === undefined) return found;
  for (const key of keys) {
    const bytes = load(number, key);
    if (bytes !== undefined) found.set(key, bytes);
  }
  return found;
}

function closeStore(db: DatabaseSync, group: GroupCommit): void {
  group.flush();
  db.close();
}
