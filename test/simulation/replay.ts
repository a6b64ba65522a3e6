import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagramPage } from './diagram.ts';
import type { WorldOptions } from './options.ts';
import { newRecorder } from './recorder.ts';
import { runWorld } from './world.ts';

/** A world that broke a rule once, and must not again. */
export interface Regression {
  /** The rule, and what broke it. */
  readonly claim: string;
  readonly options: WorldOptions;
}

const folder = join(import.meta.dirname, 'regressions');
const drawnMax = 400;

/** The rule that an error names, without what broke it. */
export function ruleOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return name === 'InvariantFailure' ? (message.split(':')[0] ?? message) : `${name}: ${message}`;
}

/** The rule that a world breaks, if it does. */
export async function brokenBy(options: WorldOptions): Promise<string | undefined> {
  try {
    await runWorld(options);
    return undefined;
  } catch (error) {
    return ruleOf(error);
  }
}

/** Runs a world once more and draws how it ended, into `file`. */
export async function draw(options: WorldOptions, file: string): Promise<void> {
  const recorder = newRecorder(drawnMax);
  let ended = 'no rule is broken';
  try {
    await runWorld(options, recorder);
  } catch (error) {
    ended = error instanceof Error ? error.message : String(error);
    const atMs = recorder.newest().at(-1)?.atMs ?? 0;
    recorder.add({ kind: 'failure', who: 'the world', atMs, label: ended });
  }
  const notes = [ended, `the last ${drawnMax} of what happened`, JSON.stringify(options)];
  const recorded = recorder.newest();
  writeFileSync(file, diagramPage({ title: `World of seed ${options.seed}`, notes, recorded }));
}

export function saveRegression(name: string, regression: Regression): string {
  if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`${name} is no name of a file`);
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(regression, undefined, 2)}\n`);
  return file;
}

export function readRegression(name: string): Regression {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Regression;
}
