import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const root: string = dirname(dirname(import.meta.dirname));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A command of its own process, from its start to its end. */
export interface Running {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when stdout holds `text`. */
  says(text: string): Promise<void>;
  /** What stdout holds so far. */
  output(): string;
  readonly ended: Promise<Ended>;
}

/** A home that nothing is in yet; `remove` takes it away with what a test left running in it. */
export function newHome(): { readonly path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'weft-home-'));
  return {
    path,
    async remove() {
      await weft(path, 'net', 'down').ended;
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Runs `weft ARGS` on this home. */
export function weft(home: string, ...args: readonly string[]): Running {
  return run(home, process.execPath, [join(root, 'bin/weft.js'), ...args]);
}

export function run(home: string, command: string, args: readonly string[]): Running {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, WEFT_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: Buffer[] = [];
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    parts.push(chunk);
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(parts), stderr }),
    );
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    output: () => Buffer.concat(parts).toString(),
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (Buffer.concat(parts).includes(text)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without saying ${text}: ${stderr}`)));
      }),
    ended,
  };
}

/** The object that `weft ARGS --json` answers, or its error, with the exit code. */
export async function answerOf(home: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await weft(home, ...args, '--json').ended;
  const text = code === 0 ? stdout.toString() : stderr;
  const lines = text.trim().split('\n');
  return { code, lines: lines.length, answer: JSON.parse(lines.at(-1) ?? '') };
}
