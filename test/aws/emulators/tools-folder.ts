import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of the repository; git ignores it, and it may be deleted whenever no emulator runs. */
export const toolsFolder = join(import.meta.dirname, '../../../.aws-tools');
export const emulatorsFolder = import.meta.dirname;
const installMsMax = 600_000;

/** A tool is missing, or cannot be installed. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
}

export interface Tool {
  readonly name: string;
  /** Files that say which version is wanted. */
  readonly wanted: readonly string[];
  /** Installs it into `folder`, which is empty. */
  install(folder: string): void;
}

/** The folder of a tool, which is installed there if another version or none is. */
export function installedTool({ name, wanted, install }: Tool): string {
  const folder = join(toolsFolder, name);
  const stamp = join(toolsFolder, `${name}.installed`);
  const version = wanted.map((file) => readFileSync(file, 'utf8')).join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  install(folder);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, version);
  return folder;
}

/**
 * Runs a command to its end.
 *
 * @throws ToolFailure if there is none, or it fails.
 */
export function runTool(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: installMsMax,
    ...(cwd && { cwd }),
  });
  if (error) throw new ToolFailure(`${command} cannot be started: ${error.message}`);
  if (status === 0) return stdout;
  throw new ToolFailure(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
