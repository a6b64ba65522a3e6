import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone this file belongs to, whatever the working directory and through symlinks. */
export const repository = dirname(dirname(fileURLToPath(import.meta.url)));

const lockFile = join(repository, '.weft-set-up.lock');
const waitMs = 100;
const waitsMax = 3000;

/** Why a command cannot start. `remedy` is what the reader can do. */
export class SetUpFailure extends Error {
  constructor(kind, message, { cause, remedy } = {}) {
    super(message, { cause });
    this.kind = kind;
    this.remedy = remedy ?? 'run `npm install --ignore-scripts` in the clone';
  }
}

/** Installs what package-lock.json asks for, unless it is there; output goes to stderr. */
export function setUp() {
  if (isInstalled()) return;
  lock();
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function isInstalled() {
  const installed = read('node_modules/.package-lock.json')?.packages;
  if (installed === undefined) return false;
  const wanted = read('package-lock.json')?.packages ?? {};
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

function install() {
  process.stderr.write('weft: installing dependencies, once (about half a minute) …\n');
  const npm = process.env.npm_execpath;
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ];
  const [command, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(command, [...before, ...args], {
    cwd: repository,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error) throw new SetUpFailure('set-up-failed', `npm did not start: ${error.message}`);
  if (status !== 0) throw new SetUpFailure('set-up-failed', `npm install ended with ${status}`);
}

/** Two commands started at once in a fresh clone must not both install into it. */
function lock() {
  for (let wait = 0; wait < waitsMax; wait++) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw new SetUpFailure('set-up-failed', error.message, { cause: error });
      }
      if (wait > 0 && !isHeld()) rmSync(lockFile, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    }
  }
  throw new SetUpFailure('set-up-failed', `another set-up holds ${lockFile}`, {
    remedy: 'wait for it, or delete that file',
  });
}

function isHeld() {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(path) {
  try {
    return JSON.parse(readFileSync(join(repository, path), 'utf8'));
  } catch {
    return undefined;
  }
}
