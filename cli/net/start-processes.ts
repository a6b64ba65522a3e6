import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { makePrivateFolder } from '../files.ts';
import { type Home, repository } from '../home.ts';
import type { Address } from '../network-files.ts';
import { isGoneWithin } from './processes.ts';
import type { Started } from './start-here.ts';

const startMs = 20_000;
const stopMs = 8_000;

/** What a process of validators tells whoever started it. */
export const startedSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    addresses: z.array(
      z.object({
        name: z.string(),
        url: z.string(),
        publicKey: z.string(),
        pid: z.optional(z.number()),
      }),
    ),
  }),
  z.object({
    kind: z.literal('failed'),
    rejection: z.object({ kind: z.string(), found: z.string(), expected: z.string() }),
  }),
]);
export type StartedMessage = z.infer<typeof startedSchema>;

export interface SpawnRequest {
  readonly home: Home;
  /** One process for each group. */
  readonly groups: readonly (readonly string[])[];
  readonly port: number | undefined;
  /** Whether they go on when this process ends. */
  readonly stays: boolean;
}

interface Spawned {
  readonly child: ChildProcess;
  readonly addresses: readonly Address[];
}

/** Starts validators in processes of their own, all or none. */
export async function startProcesses(request: SpawnRequest): Promise<Result<Started, Rejection>> {
  makePrivateFolder(request.home.logs);
  const results = await Promise.all(request.groups.map((names) => spawnGroup(request, names)));
  const spawned = results.flatMap((one) => (one.ok ? [one.value] : []));
  const failed = results.find((one) => !one.ok);
  if (failed !== undefined && !failed.ok) {
    await Promise.all(spawned.map(stopChild));
    return failed;
  }
  if (request.stays) {
    for (const { child } of spawned) release(child);
  }
  let isStopping = false;
  return ok({
    addresses: spawned.flatMap(({ addresses }) => addresses),
    async stop() {
      isStopping = true;
      await Promise.all(spawned.map(stopChild));
    },
    onLost(tell) {
      let left = spawned.length;
      for (const one of spawned) {
        one.child.once('exit', (code, signal) => {
          left--;
          if (!isStopping) tell(`${namesOf(one)} ended with ${signal ?? code}`, left);
        });
      }
    },
  });
}

function spawnGroup(
  { home, port, stays }: SpawnRequest,
  names: readonly string[],
): Promise<Result<Spawned, Rejection>> {
  const path = join(home.logs, `${names.length === 1 ? names[0] : 'validators'}.log`);
  const log = openSync(path, 'a', 0o600);
  const options = [
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(stays ? ['--stay'] : []),
  ];
  const main = join(repository, 'cli/main.ts');
  // A group of its own: Ctrl-C reaches only this process, which then stops the others.
  const child = spawn(process.execPath, [main, 'validator', 'run', ...names, ...options], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, WEFT_HOME: home.path },
    cwd: home.path,
  });
  closeSync(log);
  return new Promise((resolve) => {
    const failed = (found: string) =>
      resolve(fail('validator-failed', `${names.join(', ')}: ${found}`, `see ${path}`));
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
      const told = startedSchema.safeParse(message);
      if (!told.success) failed('an unknown message');
      else if (told.data.kind === 'failed') resolve({ ok: false, error: told.data.rejection });
      else resolve(ok({ child, addresses: told.data.addresses }));
    });
  });
}

/** Lets this process end while the child goes on. */
function release(child: ChildProcess): void {
  child.disconnect();
  child.unref();
}

function namesOf({ addresses }: Spawned): string {
  return addresses.map(({ name }) => name).join(', ');
}

async function stopChild({ child }: Spawned): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isGone = await Promise.race([ended.then(() => true), isGoneWithin(pid, stopMs)]);
  if (!isGone) child.kill('SIGKILL');
}
