import type { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#ports/store-fault.ts';

/** Most changes of one transaction: more wait for the next. */
const groupMax = 512;

/** The changes of one turn of the event loop are one transaction, which costs one sync. */
export interface GroupCommit {
  /**
   * Queues a change of the open transaction. Resolves once it is on the disk, with its result;
   * `settle` is called just before, while nothing else runs.
   */
  run<T>(change: () => T, settle?: (result: T) => void): Promise<T>;
  /** Commits all that waits, now. */
  flush(): void;
}

export interface GroupHooks {
  /** The last change of every transaction. */
  beforeCommit(): void;
  afterCommit(): void;
  /** Whatever was learned from changes within the transaction does not hold. */
  afterRollback(): void;
}

interface Queued {
  change(): void;
  settle(): void;
  fail(fault: unknown): void;
}

export function groupCommit(db: DatabaseSync, hooks: GroupHooks): GroupCommit {
  const queue: Queued[] = [];
  let isScheduled = false;
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');

  function commitGroup(): void {
    const group = queue.splice(0, groupMax);
    try {
      begin.run();
      for (const { change } of group) change();
      hooks.beforeCommit();
      commit.run();
    } catch (error) {
      undo(group, error);
      return;
    }
    hooks.afterCommit();
    for (const { settle } of group) settle();
  }

  function undo(group: readonly Queued[], cause: unknown): void {
    const fault = new StoreFault('a group of changes was not saved', { cause });
    if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
    hooks.afterRollback();
    for (const { fail } of group) fail(fault);
  }

  function flush(): void {
    while (queue.length > 0) commitGroup();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (queue.length > 0) commitGroup();
      if (queue.length > 0) schedule();
    });
  }

  return {
    run(change, settle) {
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof change>>();
      let result: ReturnType<typeof change>;
      queue.push({
        change() {
          result = change();
        },
        settle() {
          settle?.(result);
          resolve(result);
        },
        fail: reject,
      });
      schedule();
      return promise;
    },
    flush,
  };
}
