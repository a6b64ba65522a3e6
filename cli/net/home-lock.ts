import { setTimeout as sleep } from 'node:timers/promises';
import { FileInUseFault, openDatabase } from '#adapters/sqlite/open-database.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { type CliKind, fail } from '../failure.ts';
import { makePrivateFolder } from '../files.ts';
import type { Home } from '../home.ts';

const waitMs = 50;
const waitsMax = 400;

/**
 * Runs `work` while no other command sets up, starts or stops the network of this home. The lock
 * is an open transaction, which ends with its process however that ends.
 */
export async function whileLocked<T, E extends Rejection>(
  home: Home,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | Rejection<CliKind>>> {
  makePrivateFolder(home.path);
  for (let wait = 0; wait < waitsMax; wait++) {
    const lock = tryLock(home.lock);
    if (lock === undefined) {
      await sleep(waitMs);
      continue;
    }
    try {
      return await work();
    } finally {
      lock.close();
    }
  }
  return fail('home-busy', `another command holds ${home.lock}`, 'a free home');
}

function tryLock(path: string): { close(): void } | undefined {
  try {
    return openDatabase(path, 'exclusive', (file) => file.exec('BEGIN EXCLUSIVE'));
  } catch (error) {
    if (error instanceof FileInUseFault) return undefined;
    throw error;
  }
}
