import type { DatabaseSync } from 'node:sqlite';
import { columns } from './chain-numbers.ts';

/** What a key knows its store by. */
export interface StoreRun {
  /** As committed. */
  read(): RunMarks;
  /** Starts a run. On the disk when it returns. */
  begin(run: string): void;
  /** Called after each group commit from now on. */
  watch(listener: () => void): void;
}

export interface RunMarks {
  /** Random; undefined if no key was ever bound to this file. */
  readonly run: string | undefined;
  /** Group commits since the file was made. */
  readonly commits: number;
}

export interface CountedRun extends StoreRun {
  /** Within each group's transaction. */
  countCommit(): void;
  announceCommit(): void;
}

export function storeRun(db: DatabaseSync): CountedRun {
  const select = db.prepare('SELECT run, commits FROM store');
  const begin = db.prepare('UPDATE store SET run = ?');
  const count = db.prepare('UPDATE store SET commits = commits + 1');
  select.setReturnArrays(true);
  let listener: (() => void) | undefined;

  function read(): RunMarks {
    const [run, commits] = columns(select.get());
    return { run: typeof run === 'string' ? run : undefined, commits: Number(commits) };
  }

  return {
    read,
    begin: (run) => void begin.run(run),
    watch: (added) => {
      listener = added;
    },
    countCommit: () => void count.run(),
    announceCommit: () => listener?.(),
  };
}
