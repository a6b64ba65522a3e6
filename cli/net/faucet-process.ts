import { rmSync } from 'node:fs';
import * as z from 'zod/mini';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { makePrivateFolder, readJson, replaceFile } from '../files.ts';
import type { Home } from '../home.ts';
import type { NetworkNotes } from '../network-files.ts';
import { fetchText } from './probe.ts';
import { isGoneWithin } from './processes.ts';
import { release, type StartedOwn, startOwn } from './start-own.ts';

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
  const started = await spawnFaucet(request);
  if (!started.ok) return started;
  const { child, told: url } = started.value;
  replaceFile(home.faucet, `${JSON.stringify({ url, pid: child.pid })}\n`);
  if (stays) release(child);
  return ok({ url, stop: () => endFaucet(home, child.pid ?? 0) });
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

async function spawnFaucet({
  home,
  port,
  stays,
}: FaucetRequest): Promise<Result<StartedOwn<string>, Rejection>> {
  makePrivateFolder(home.logs);
  const options = ['--chain', faucetName, '--port', String(port), ...(stays ? ['--stay'] : [])];
  return await startOwn({
    home,
    log: 'faucet',
    name: 'faucet',
    args: ['faucet', ...options],
    startMs,
    read: readReady,
  });
}

function readReady(message: unknown): Result<string, Rejection> | undefined {
  const told = faucetMessageSchema.safeParse(message);
  if (!told.success) return undefined;
  return told.data.kind === 'ready' ? ok(told.data.url) : reject(told.data.rejection);
}
