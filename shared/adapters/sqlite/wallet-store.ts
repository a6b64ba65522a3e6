import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#ports/clock.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { WalletChange, WalletLock, WalletRecord, WalletStore } from '#ports/wallet-store.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { duration } from '#protocol/primitives/numbers.ts';

/** Only its owner reads a wallet. */
const fileMode = 0o600;
const folderMode = 0o700;
/** How long one process waits for another's transaction. */
const busyMs = 5_000;
const lockPoll = duration(10_000n);

/** A wallet in one sqlite file. Its locks are files beside it, which hold nothing. */
export function openSqliteWalletStore(path: string, clock: Clock): WalletStore {
  const db = guarded(path, () => openDatabase(path));
  const held = new Map<string, DatabaseSync>();
  const select = db.prepare('SELECT bytes FROM records WHERE key = ?');
  const scan = db.prepare('SELECT key, bytes FROM records WHERE key >= ? AND key < ? ORDER BY key');
  const put = db.prepare('INSERT OR REPLACE INTO records (key, bytes) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM records WHERE key = ?');

  function present(key: string): Uint8Array | undefined {
    const row = select.get(key);
    return row && bytesOf(row.bytes);
  }

  function write(changes: readonly WalletChange[]): 'written' | 'conflict' {
    db.exec('BEGIN IMMEDIATE');
    try {
      const isCurrent = changes.every((change) => matches(change.base, present(change.key)));
      if (isCurrent) {
        for (const { key, bytes } of changes) bytes ? put.run(key, bytes) : remove.run(key);
      }
      db.exec(isCurrent ? 'COMMIT' : 'ROLLBACK');
      return isCurrent ? 'written' : 'conflict';
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  /** What the database answers at once, as a promise: a fault rejects, it is not thrown. */
  function answer<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => resolve(guarded(path, work)));
  }

  return {
    read: (key) => answer(() => present(key)),
    list: (prefix) => answer(() => scan.all(prefix, `${prefix}\x7f`).map(recordOf)),
    write: (changes) => answer(() => write(changes)),
    async lock(name, wait) {
      const until = clock.now() + wait;
      for (;;) {
        const lock = held.has(name) ? undefined : tryLock(path, name, held);
        if (lock || clock.now() >= until) return lock;
        await clock.sleep(lockPoll);
      }
    },
    close: () =>
      answer(() => {
        for (const lock of held.values()) lock.close();
        held.clear();
        db.close();
      }),
  };
}

function recordOf(row: Readonly<Record<string, unknown>>): WalletRecord {
  return { key: String(row.key), bytes: bytesOf(row.bytes) };
}

function openDatabase(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', fileMode));
  chmodSync(path, fileMode);
  const db = new DatabaseSync(path, { timeout: busyMs });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT');
  return db;
}

/** The operating system drops the lock of an open exclusive transaction with its process. */
function tryLock(
  path: string,
  name: string,
  held: Map<string, DatabaseSync>,
): WalletLock | undefined {
  const folder = `${path}.locks`;
  mkdirSync(folder, { recursive: true, mode: folderMode });
  const db = new DatabaseSync(join(folder, name), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw new StoreFault(`cannot lock ${name} of ${path}`, { cause: error });
  }
  held.set(name, db);
  return {
    release() {
      if (held.get(name) === db) {
        held.delete(name);
        db.close();
      }
      return Promise.resolve();
    },
  };
}

/** SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5;
}

function matches(base: WalletChange['base'], present: Uint8Array | undefined): boolean {
  if (base === 'any') return true;
  if (base === 'absent') return present === undefined;
  return present !== undefined && equalBytes(present, base);
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  throw new StoreFault('a wallet record holds no bytes');
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    throw new StoreFault(`the wallet ${path} does not answer`, { cause: error });
  }
}
