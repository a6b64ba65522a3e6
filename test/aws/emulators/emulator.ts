import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTool, ToolFailure, toolsFolder } from './tools-folder.ts';

/** A server that runs until it is stopped, on loopback only. */
export interface Emulator {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface EmulatorCommand {
  readonly name: string;
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  /** Asked until it says so. */
  isHealthy(url: string): Promise<boolean>;
}

const readyMsMax = 60_000;
const stopMsMax = 5_000;
const pollMs = 100;

/** Groups of processes that are to end with this one. */
const running = new Set<number>();
process.on('exit', endRunning);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(1));
}

function endRunning(): void {
  for (const pid of running) if (isGroupAlive(pid)) process.kill(-pid, 'SIGKILL');
}

/**
 * Starts a server and waits until it answers.
 *
 * @throws ToolFailure if it does not, or if others than this machine could reach it.
 */
export async function startEmulator(wanted: EmulatorCommand): Promise<Emulator> {
  const { name, version, command, args, env, port } = wanted;
  const log = join(toolsFolder, `${name}.log`);
  const output = openSync(log, 'w');
  const child = spawn(command, args, { env, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  if (child.pid !== undefined) running.add(child.pid);
  const emulator = {
    name,
    version,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    // Asked again at its end: what it does for us may have opened more.
    stop: async () => {
      try {
        if (child.exitCode === null) assertLoopbackOnly(name, child.pid ?? 0);
      } finally {
        await stopGroup(child);
      }
    },
  };
  try {
    await becomesHealthy(child, wanted, emulator.url);
    assertLoopbackOnly(name, emulator.pid);
    return emulator;
  } catch (error) {
    await stopGroup(child);
    throw new ToolFailure(`${name}: ${error}\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  }
}

async function becomesHealthy(
  child: ChildProcess,
  { isHealthy }: EmulatorCommand,
  url: string,
): Promise<void> {
  const end = performance.now() + readyMsMax;
  while (!(await isHealthy(url).catch(() => false))) {
    if (child.exitCode !== null || child.pid === undefined) throw new ToolFailure('it ended');
    if (performance.now() > end) throw new ToolFailure('it does not become ready');
    await sleep(pollMs);
  }
}

/** @throws ToolFailure if the group that `pid` leads listens on more than loopback, or on nothing. */
export function assertLoopbackOnly(name: string, pid: number): void {
  const addresses = listeningAddresses(pid);
  const isLoopback = (address: string) =>
    /^(127\.0\.0\.1|\[::1\]|\[::ffff:127\.0\.0\.1\]):/.test(address);
  if (addresses.length === 0 || !addresses.every(isLoopback)) {
    throw new ToolFailure(`${name} listens on ${addresses.join(', ') || 'nothing'}`);
  }
}

/** Where the processes of a group listen: `127.0.0.1:4566`. */
function listeningAddresses(group: number): readonly string[] {
  const sockets = runTool('ss', ['-ltnpH']);
  const groups = runTool('ps', ['-eo', 'pid=,pgid=']);
  const members = groups
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, pgid]) => pgid === group)
    .map(([pid]) => pid);
  const isOfGroup = (line: string) =>
    [...line.matchAll(/pid=(\d+)/g)].some(([, pid]) => members.includes(Number(pid)));
  return sockets
    .split('\n')
    .filter(isOfGroup)
    .map((line) => line.split(/\s+/)[3] ?? '');
}

/** A port that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Whether a process of the group that `pid` leads is still there. */
export function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends a server and all that it started. */
async function stopGroup({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (isGroupAlive(pid)) process.kill(-pid, signal);
    const end = performance.now() + stopMsMax;
    while (isGroupAlive(pid) && performance.now() < end) await sleep(pollMs / 2);
  }
  running.delete(pid);
}
