import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process has this id; it may be a later one that got the same. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isEnded(pid);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Ended, and only waiting for its parent to notice. */
function isEnded(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The command line of a process, where the system tells. */
export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return undefined;
  }
}

/** Waits until the process is gone; false if it is still there after `waitMs`. */
export async function isGoneWithin(pid: number, waitMs: number): Promise<boolean> {
  const end = performance.now() + waitMs;
  while (isAlive(pid)) {
    if (performance.now() > end) return false;
    await sleep(20);
  }
  return true;
}

/** Who listens on a port of this machine, in words, where the system tells. */
export function holderOfPort(port: number): string | undefined {
  try {
    const inodes = listeningInodes(port);
    const pid = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .find((name) => socketsOf(name).some((inode) => inodes.has(inode)));
    return pid === undefined ? undefined : `process ${pid} (${commandOf(Number(pid)) ?? '?'})`;
  } catch {
    return undefined;
  }
}

const listening = '0A';

function listeningInodes(port: number): ReadonlySet<string> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [, local = '', , state] = fields;
      if (state === listening && local.endsWith(`:${wanted}`)) inodes.add(fields[9] ?? '');
    }
  }
  return inodes;
}

/** Inodes of the sockets of a process; none if it is another user's. */
function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const match = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`));
      return match?.[1] ?? [];
    });
  } catch {
    return [];
  }
}

/** A file may be closed between being listed and being read. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
