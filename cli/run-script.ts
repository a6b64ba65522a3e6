import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { exitCodes } from './failure.ts';
import { repository } from './home.ts';

/** How a script of the clone ended that did not do what it was asked for. */
export interface ScriptFailure {
  readonly kind: 'usage' | 'failed';
  readonly found: string;
}

/** Runs a script of the clone in a process of its own, which writes where this one does. */
export function runScript(
  file: string,
  args: readonly string[],
): Promise<Result<undefined, ScriptFailure>> {
  const child = spawn(process.execPath, [join(repository, file), ...args], { stdio: 'inherit' });
  return new Promise((resolve) => {
    const failed = (found: string) => resolve({ ok: false, error: { kind: 'failed', found } });
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(ok(undefined));
      else if (code !== exitCodes.usage) failed(`ended with ${signal ?? code}`);
      else resolve({ ok: false, error: { kind: 'usage', found: args.join(' ') } });
    });
  });
}
