import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type CliKind, fail } from '../failure.ts';
import type { Home } from '../home.ts';
import type { StoredNetwork } from '../network-files.ts';
import { stopFaucet } from './faucet-process.ts';
import { findValidators, isRunning } from './find-running.ts';
import { isGoneWithin } from './processes.ts';

const cleanMs = 8_000;
const killMs = 2_000;

export interface StoppedValidator {
  readonly name: string;
  readonly pid: number;
}

/** Ends the processes that answer as validators of this network, and no others. */
export async function stopNetwork(
  home: Home,
  stored: StoredNetwork,
): Promise<Result<readonly StoppedValidator[], Rejection<CliKind>>> {
  await stopFaucet(home, stored.notes);
  const found = await findValidators(home, stored);
  if (!found.ok) return found;
  const running = found.value.filter(isRunning).flatMap(({ name, address }) => {
    return address?.pid === undefined ? [] : [{ name, pid: address.pid }];
  });
  const left: number[] = [];
  const stops = [...new Set(running.map(({ pid }) => pid))].map(async (pid) => {
    if (!(await isEnded(pid))) left.push(pid);
  });
  await Promise.all(stops);
  if (left.length === 0) return ok(running);
  return fail('not-stopped', `process ${left.join(', ')} still runs`, 'ended when told to');
}

/** Asks, waits, and then insists: what was acknowledged is on the disk. */
async function isEnded(pid: number): Promise<boolean> {
  if (!isTold(pid, 'SIGTERM') || (await isGoneWithin(pid, cleanMs))) return true;
  return !isTold(pid, 'SIGKILL') || (await isGoneWithin(pid, killMs));
}

/** False if there is no such process any more. */
function isTold(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
