import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { type Home, repository } from '../home.ts';

/** A `weft` command that runs in a process of its own and tells when it is ready. */
export interface OwnProcess<T> {
  readonly home: Home;
  /** Of its file among the logs, without the ending. */
  readonly log: string;
  /** What people call it. */
  readonly name: string;
  readonly args: readonly string[];
  /** How long it may take. */
  readonly startMs: number;
  /** What its first message says; none if it is no message of such a process. */
  read(message: unknown): Result<T, Rejection> | undefined;
}

export interface StartedOwn<T> {
  readonly child: ChildProcess;
  readonly told: T;
}

/** Starts it, and waits for its first message. */
export function startOwn<T>(own: OwnProcess<T>): Promise<Result<StartedOwn<T>, Rejection>> {
  const { home, log, name, args, startMs, read } = own;
  const path = join(home.logs, `${log}.log`);
  const file = openSync(path, 'a', 0o600);
  // A group of its own: Ctrl-C reaches only this process, which then stops the others.
  const child = spawn(process.execPath, [join(repository, 'cli/main.ts'), ...args], {
    detached: true,
    stdio: ['ignore', file, file, 'ipc'],
    env: { ...process.env, WEFT_HOME: home.path },
    cwd: home.path,
  });
  closeSync(file);
  return new Promise((resolve) => {
    const failed = (found: string) =>
      resolve(fail('validator-failed', `${name}: ${found}`, `see ${path}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(`not ready within ${startMs} ms`);
    }, startMs);
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      failed(`ended with ${signal ?? code}`);
    });
    child.once('message', (message) => {
      clearTimeout(timer);
      const told = read(message);
      if (!told) failed('an unknown message');
      else resolve(told.ok ? ok({ child, told: told.value }) : told);
    });
  });
}

/** Lets this process end while the other goes on. */
export function release(child: ChildProcess): void {
  child.disconnect();
  child.unref();
}
