import type { ChildProcess } from 'node:child_process';
import * as z from 'zod/mini';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { makePrivateFolder } from '../files.ts';
import type { Home } from '../home.ts';
import type { Address } from '../network-files.ts';
import { isGoneWithin } from './processes.ts';
import type { Started } from './start-here.ts';
import { release, startOwn } from './start-own.ts';

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

async function spawnGroup(
  { home, port, stays }: SpawnRequest,
  names: readonly string[],
): Promise<Result<Spawned, Rejection>> {
  const options = [
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(stays ? ['--stay'] : []),
  ];
  const started = await startOwn({
    home,
    log: names.length === 1 ? `${names[0]}` : 'validators',
    name: names.join(', '),
    args: ['validator', 'run', ...names, ...options],
    startMs,
    read: readStarted,
  });
  if (!started.ok) return started;
  const { child, told } = started.value;
  return ok({ child, addresses: told });
}

function readStarted(message: unknown): Result<Spawned['addresses'], Rejection> | undefined {
  const told = startedSchema.safeParse(message);
  if (!told.success) return undefined;
  return told.data.kind === 'failed' ? reject(told.data.rejection) : ok(told.data.addresses);
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
