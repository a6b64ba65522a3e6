import type { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#ports/store-fault.ts';
import { inTransaction, openDatabase, type Sharing } from './open-database.ts';

/** Tells our files from others': "weft". */
const applicationId = 0x77656674;
/** Of the tables; a process that finds another does not touch them. */
const tablesFormat = 2;

/**
 * Chains have small numbers, blocks and pieces are appended and found by an index: ten times faster
 * than rows keyed by hashes. `place` is origin and height, big-endian, so it sorts as rows do.
 */
const tables = `
  CREATE TABLE store (id INTEGER PRIMARY KEY CHECK (id = 1), run TEXT, commits INTEGER NOT NULL)
    STRICT;
  INSERT INTO store VALUES (1, NULL, 0);
  CREATE TABLE chains (id INTEGER PRIMARY KEY, chain BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL, head BLOB) STRICT;
  CREATE TABLE blocks (seq INTEGER PRIMARY KEY, chain INTEGER NOT NULL, height INTEGER NOT NULL,
    bytes BLOB NOT NULL, UNIQUE (chain, height)) STRICT;
  CREATE TABLE pieces (seq INTEGER PRIMARY KEY, chain INTEGER NOT NULL, hash BLOB NOT NULL,
    at INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (chain, hash)) STRICT;
  CREATE TABLE rows (chain INTEGER NOT NULL, place BLOB NOT NULL, row BLOB NOT NULL,
    PRIMARY KEY (chain, place)) STRICT, WITHOUT ROWID;
  CREATE TABLE owed (chain BLOB PRIMARY KEY, at INTEGER NOT NULL, height BLOB NOT NULL,
    since BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE blobs (id BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE published (id BLOB PRIMARY KEY, chain BLOB NOT NULL, height BLOB NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE slots (seq INTEGER PRIMARY KEY, chain BLOB NOT NULL, holder TEXT NOT NULL,
    height BLOB NOT NULL, guest INTEGER NOT NULL, UNIQUE (chain, holder)) STRICT;
  CREATE TABLE wanted (slot INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY (slot, id))
    STRICT, WITHOUT ROWID;
  CREATE INDEX wanted_ids ON wanted (id);
`;

/** Every commit is synced. Rarer checkpoints write a page once that changed many times. */
const settings = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000;
`;

/** Opens a file of chains, or makes one. */
export function openChainTables(path: string, sharing: Sharing): DatabaseSync {
  return openDatabase(path, sharing, (db) => {
    db.exec(settings);
    inTransaction(db, () => createTables(db, path));
  });
}

function createTables(db: DatabaseSync, path: string): void {
  const found = pragma(db, 'application_id');
  if (found === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined) {
    db.exec(tables);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${tablesFormat}`);
    return;
  }
  if (found !== applicationId) throw new StoreFault(`${path} holds no chains`);
  const format = pragma(db, 'user_version');
  if (format !== tablesFormat) {
    throw new StoreFault(
      `${path} has tables of format ${format}, this program knows ${tablesFormat}`,
    );
  }
}

function pragma(db: DatabaseSync, name: string): unknown {
  return db.prepare(`PRAGMA ${name}`).get()?.[name];
}
