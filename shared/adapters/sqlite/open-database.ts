import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#ports/store-fault.ts';

/** Another process has the file for itself. */
export class FileInUseFault extends Error {
  override readonly name = 'FileInUseFault';
}

/**
 * `exclusive`: this process has the file for itself until it closes it or dies. `shared`: others
 * may open it too, and wait a while for one another's writes.
 */
export type Sharing = 'exclusive' | 'shared';

const fileMode = 0o600;
/** How long a write waits for that of another process. */
const busyMs = 5_000;

/**
 * Opens a file, made if there is none and readable by its owner only, and runs `prepare` on it.
 *
 * @throws FileInUseFault if another process has it for itself.
 * @throws StoreFault if it cannot be read.
 */
export function openDatabase(
  path: string,
  sharing: Sharing,
  prepare: (db: DatabaseSync) => void,
): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    createPrivate(path);
    db = new DatabaseSync(path, { timeout: sharing === 'shared' ? busyMs : 0 });
    if (sharing === 'exclusive') db.exec('PRAGMA locking_mode = EXCLUSIVE');
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    if (isBusy(error)) {
      throw new FileInUseFault(`another process uses ${path}`, { cause: error });
    }
    if (error instanceof StoreFault) throw error;
    throw new StoreFault(`cannot open ${path}`, { cause: error });
  }
}

/** Runs `work` in one transaction; when it returns, the changes are on the disk. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Makes the file itself, for its mode; an existing one is not opened, which would drop locks. */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', fileMode));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** SQLITE_BUSY with whatever detail. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5;
}
