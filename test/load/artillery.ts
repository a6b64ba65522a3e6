import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadScript } from './script.ts';
import { samplesVariable } from './traffic/samples.ts';

const folder = join(import.meta.dirname, 'artillery');
const entry = join(folder, 'node_modules/artillery/bin/run');

/** Of a histogram, in milliseconds. */
export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** What artillery counted. */
export interface Counted {
  readonly counters: Readonly<Record<string, number>>;
  readonly summaries: Readonly<Record<string, Summary>>;
}

export interface Ran extends Counted {
  /** Not 0 where a threshold is missed. */
  readonly code: number;
}

/** Where a run keeps its files. */
export interface RunPlace {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export const samplesFile = (place: string): string => join(place, 'samples.jsonl');

/** Installs artillery in its own folder, by its own lockfile, unless it is there. */
export async function installArtillery(): Promise<void> {
  if (existsSync(entry)) return;
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' };
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run('npm', args, { cwd: folder, env });
  if (code !== 0) throw new Error(`npm install in ${folder} ended with ${code}`);
}

/** Runs a script; what it says goes to standard error. */
export async function runArtillery(script: LoadScript, place: RunPlace): Promise<Ran> {
  mkdirSync(place.folder, { recursive: true });
  const [scriptFile, counted, samples] = [
    join(place.folder, 'script.json'),
    join(place.folder, 'counted.json'),
    samplesFile(place.folder),
  ];
  rmSync(counted, { force: true });
  writeFileSync(scriptFile, JSON.stringify(script, undefined, 2));
  writeFileSync(samples, '');
  const env = {
    ...process.env,
    ...place.environment,
    [samplesVariable]: samples,
    // It would tell its makers of each run, and ask for newer versions.
    ARTILLERY_DISABLE_TELEMETRY: 'true',
    ARTILLERY_DISABLE_VERSION_CHECK: 'true',
  };
  const args = [entry, 'run', '--quiet', '--output', counted, scriptFile];
  const code = await run(process.execPath, args, { cwd: place.folder, env });
  if (!existsSync(counted)) throw new Error(`artillery ended with ${code} and counted nothing`);
  const { aggregate } = JSON.parse(readFileSync(counted, 'utf8')) as { aggregate: Counted };
  return { code, counters: aggregate.counters, summaries: aggregate.summaries };
}

function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 2, 2] });
  process.once('exit', () => child.kill());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
