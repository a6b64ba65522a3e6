import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const weft = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const busyWallet = join(import.meta.dirname, 'busy-wallet.ts');

export interface Finished {
  /** None if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `weft` with some arguments, in a process that may be killed at any moment. */
export interface CommandProcess {
  readonly finished: Promise<Finished>;
  isRunning(): boolean;
  kill(): void;
}

const commandMsMax = 90_000;

export function startCommand(home: string, args: readonly string[]): CommandProcess {
  return start(home, [weft, ...args], commandMsMax);
}

/** The same, for one that goes on until it is killed. */
export function startServing(home: string, args: readonly string[]): CommandProcess {
  return start(home, [weft, ...args]);
}

export interface BusyWallet {
  /** The owner who signs, where the chain has several. */
  readonly as: string | undefined;
  readonly seed: number;
  /** Chains that it pays. */
  readonly others: readonly string[];
}

/** A client that makes one block after another, and says so of each in a line. */
export function startBusyWallet(
  home: string,
  chain: string,
  { as = '', seed, others }: BusyWallet,
): CommandProcess {
  return start(home, [busyWallet, chain, as, `${seed}`, ...others], commandMsMax);
}

function start(home: string, args: readonly string[], msMax?: number): CommandProcess {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, WEFT_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: msMax,
    killSignal: 'SIGKILL',
  });
  return {
    finished: finishedOf(child),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The object that a command answers with. */
export async function runCommand(home: string, args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await startCommand(home, [...args, '--json']).finished;
  if (code === 0) return JSON.parse(stdout);
  throw new Error(`weft ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** The kind of the error that a command ended with. */
export function errorKind({ stderr }: Finished): string {
  const [, kind = 'unknown'] = /"kind":\s*"([a-z0-9-]+)"/.exec(stderr) ?? [];
  return kind;
}

function finishedOf(child: ChildProcess): Promise<Finished> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
