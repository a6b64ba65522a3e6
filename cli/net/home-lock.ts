import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { type CliKind, fail } from '../failure.ts';
import { makePrivateFolder } from '../files.ts';
import type { Home } from '../home.ts';
import { isAlive } from './processes.ts';

const waitMs = 100;
const waitsMax = 200;

/** Runs `work` while no other command sets up, starts or stops the network of this home. */
export async function whileLocked<T, E extends Rejection>(
  home: Home,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | Rejection<CliKind>>> {
  makePrivateFolder(home.path);
  for (let wait = 0; wait < waitsMax; wait++) {
    if (take(home.lock)) {
      try {
        return await work();
      } finally {
        rmSync(home.lock, { force: true });
      }
    }
    const holder = holderOf(home.lock);
    if (holder !== undefined && !isAlive(holder)) rmSync(home.lock, { force: true });
    else await sleep(waitMs);
  }
  return fail('home-busy', `process ${holderOf(home.lock)} holds ${home.lock}`, 'a free home');
}

function take(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that made the lock, unless it is just writing or removing it. */
function holderOf(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}
