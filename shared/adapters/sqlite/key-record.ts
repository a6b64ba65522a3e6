import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#ports/store-fault.ts';
import { columns } from './chain-numbers.ts';
import { inTransaction, openDatabase } from './open-database.ts';

/** What a key remembers of the store that it is bound to. */
export interface KeyBinding {
  /** The store's run; undefined for a key that was never bound. */
  readonly current: string | undefined;
  /** The run that the store is about to begin. */
  readonly next: string | undefined;
  /** A number that the store's group commits have reached. */
  readonly commits: number;
}

/** One key, in a file of its own that is no part of the store's backups. */
export interface KeyRecord {
  readonly seed: Uint8Array;
  read(): KeyBinding;
  /** On the disk when it returns. */
  write(binding: KeyBinding): void;
  /** Moves what was written into the file itself, so that a copy of it alone is not an older key. */
  settle(): void;
  close(): void;
}

/** There is no key where there should be one, and none may be made in its place. */
export class NoKeyFault extends StoreFault {}

/** "weky" */
const applicationId = 0x77656b79;
const recordFormat = 1;

const tables = `
  CREATE TABLE key (id INTEGER PRIMARY KEY CHECK (id = 1), seed BLOB NOT NULL) STRICT;
  CREATE TABLE binding (id INTEGER PRIMARY KEY CHECK (id = 1), current TEXT, next TEXT,
    commits INTEGER NOT NULL) STRICT;
  INSERT INTO binding VALUES (1, NULL, NULL, 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${recordFormat};
`;

/**
 * Makes a key that was never bound, when its network is made and only then: a key made again signs
 * as if it had never signed.
 */
export function createKey(path: string, seed: Uint8Array): void {
  openKeyRecord(path, () => seed).close();
}

/**
 * Opens a key's file and keeps it for this process until it is closed or the process dies.
 *
 * @param newSeed - makes the seed of a key that has no file yet.
 * @throws FileInUseFault if another process signs with this key.
 * @throws NoKeyFault if there is no key and none may be made.
 * @throws StoreFault if the file is not a key's.
 */
export function openKeyRecord(path: string, newSeed?: () => Uint8Array): KeyRecord {
  if (newSeed === undefined && !existsSync(path)) throw noKeyAt(path);
  const db = openDatabase(path, 'exclusive', (opened) => {
    opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    inTransaction(opened, () => prepareKey(opened, path, newSeed));
  });
  const seed = db.prepare('SELECT seed FROM key').get()?.seed;
  const select = db.prepare('SELECT current, next, commits FROM binding');
  const update = db.prepare('UPDATE binding SET current = ?, next = ?, commits = ?');
  select.setReturnArrays(true);
  if (!(seed instanceof Uint8Array)) throw new StoreFault(`${path} holds no key`);

  return {
    seed,
    read() {
      const [current, next, commits] = columns(select.get());
      return { current: runFrom(current), next: runFrom(next), commits: Number(commits) };
    },
    write({ current, next, commits }) {
      update.run(current ?? null, next ?? null, commits);
    },
    settle: () => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    close: () => db.close(),
  };
}

function prepareKey(db: DatabaseSync, path: string, newSeed?: () => Uint8Array): void {
  const found = db.prepare('PRAGMA application_id').get()?.application_id;
  const format = db.prepare('PRAGMA user_version').get()?.user_version;
  if (found === applicationId && format === recordFormat) return;
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!isEmpty || found !== 0) throw new StoreFault(`${path} holds no key that this program knows`);
  if (newSeed === undefined) throw noKeyAt(path);
  db.exec(tables);
  db.prepare('INSERT INTO key VALUES (1, ?)').run(newSeed());
}

function noKeyAt(path: string): NoKeyFault {
  return new NoKeyFault(`there is no key at ${path}`);
}

function runFrom(column: unknown): string | undefined {
  return typeof column === 'string' ? column : undefined;
}
