import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { makePrivateFolder, readJson, replaceFile } from '../files.ts';
import { type Home, repository } from '../home.ts';
import type { NetworkNotes } from '../network-files.ts';
import { fetchText } from './probe.ts';
import { isGoneWithin } from './processes.ts';

/** The chain of a development network that its faucet opens chains from. */
export const faucetName = 'faucet';

const startMs = 30_000;
const stopMs = 20_000;

/** What the faucet's process tells whoever started it. */
export const faucetMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), url: z.string() }),
  z.object({
    kind: z.literal('failed'),
    rejection: z.object({ kind: z.string(), found: z.string(), expected: z.string() }),
  }),
]);
export type FaucetMessage = z.infer<typeof faucetMessageSchema>;

const placeSchema = z.object({ url: z.string(), pid: z.number() });
type Place = z.infer<typeof placeSchema>;

export interface StartedFaucet {
  readonly url: string;
  /** Ends it, if it was started here. */
  stop(): Promise<void>;
}

export interface FaucetRequest {
  readonly home: Home;
  readonly notes: NetworkNotes;
  readonly port: number;
  /** Whether it goes on when this process ends. */
  readonly stays: boolean;
}

/** The faucet of a network that runs: the one that is there, or a new process. */
export async function startFaucet(
  request: FaucetRequest,
): Promise<Result<StartedFaucet, Rejection>> {
  const { home, notes, stays } = request;
  if (!notes.chains.some(({ name }) => name === faucetName)) {
    return fail('other-settings', 'a network with a faucet', 'one that was begun without');
  }
  const running = await runningFaucet(home, notes);
  if (running) return ok({ url: running.url, stop: () => Promise.resolve() });
  const child = spawnFaucet(request);
  const url = await readyFaucet(home, child);
  if (!url.ok) return url;
  replaceFile(home.faucet, `${JSON.stringify({ url: url.value, pid: child.pid })}\n`);
  if (stays) {
    child.disconnect();
    child.unref();
  }
  return ok({ url: url.value, stop: () => endFaucet(home, child.pid ?? 0) });
}

/** Ends the faucet of this network, if one answers where it was. */
export async function stopFaucet(home: Home, notes: NetworkNotes): Promise<void> {
  const running = await runningFaucet(home, notes);
  if (running) await endFaucet(home, running.pid);
  rmSync(home.faucet, { force: true });
}

/** What answers there may be another program by now, which is then left alone. */
async function runningFaucet(home: Home, notes: NetworkNotes): Promise<Place | undefined> {
  const place = readJson(home.faucet, placeSchema);
  if (!place.ok || !place.value) return undefined;
  const health = await fetchText(`${place.value.url}/health`);
  return health.ok && health.body === healthText(notes.genesis) ? place.value : undefined;
}

/** What a faucet of the network says of itself. */
export function healthText(network: string): string {
  return `ok: faucet of ${network}\n`;
}

async function endFaucet(home: Home, pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGTERM');
    if (!(await isGoneWithin(pid, stopMs))) process.kill(pid, 'SIGKILL');
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
  rmSync(home.faucet, { force: true });
}

function spawnFaucet({ home, port, stays }: FaucetRequest): ChildProcess {
  makePrivateFolder(home.logs);
  const log = openSync(join(home.logs, 'faucet.log'), 'a', 0o600);
  const options = ['--chain', faucetName, '--port', String(port), ...(stays ? ['--stay'] : [])];
  const main = join(repository, 'cli/main.ts');
  const child = spawn(process.execPath, [main, 'faucet', ...options], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, WEFT_HOME: home.path },
    cwd: home.path,
  });
  closeSync(log);
  return child;
}

function readyFaucet(home: Home, child: ChildProcess): Promise<Result<string, Rejection>> {
  return new Promise((resolve) => {
    const failed = (found: string) =>
      resolve(fail('validator-failed', `faucet: ${found}`, `see ${join(home.logs, 'faucet.log')}`));
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
      const told = faucetMessageSchema.safeParse(message);
      if (!told.success) failed('an unknown message');
      else if (told.data.kind === 'ready') resolve(ok(told.data.url));
      else resolve({ ok: false, error: told.data.rejection });
    });
  });
}
