import { spawn } from 'node:child_process';

export interface NodeRun {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** It is killed after so long. */
  readonly msMax: number;
}

/** All that this Node writes when it runs with these arguments; no code if it was killed. */
export function runNode(
  args: readonly string[],
  { cwd, env = process.env, msMax }: NodeRun,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: msMax,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const collect = (chunk: string) => {
    output += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  return new Promise((resolve) => child.on('close', (code) => resolve({ output, code })));
}
