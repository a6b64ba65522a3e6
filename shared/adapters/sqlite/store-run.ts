import type { DatabaseSync } from 'node:sqlite';
import { columns } from './chain-numbers.ts';

/** What a key knows its store by. */
export interface StoreRun {
  /** As committed. */
  read(): RunMarks;
  /** Starts a run, whose commits count. On the disk when it returns. */
  begin(run: string): void;
  /** Called after each group commit from now on. */
  watch(listener: () => void): void;
}

export interface RunMarks {
  /** Random; undefined if no key was ever bound to this file. */
  readonly run: string | undefined;
  /**
   * Group commits of runs that a key was bound to. Others do not count, or an old copy that no
   * key signs over would catch up with the number that gives it away.
   */
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
  let isCounted = false;
  let listener: (() => void) | undefined;

  function read(): RunMarks {
    const [run, commits] = columns(select.get());
    return { run: typeof run === 'string' ? run : undefined, commits: Number(commits) };
  }

  return {
    read,
    begin(run) {
      begin.run(run);
      isCounted = true;
    },
    watch: (added) => {
      listener = added;
    },
    countCommit() {
      if (isCounted) count.run();
    },
    announceCommit: () => listener?.(),
  };
}
