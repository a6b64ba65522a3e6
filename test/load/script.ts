import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const here = import.meta.dirname;

/** The scenarios that there is a file for. */
export const scenarioNames: readonly string[] = readdirSync(join(here, 'scenarios'))
  .map((file) => basename(file, '.json'))
  .sort();

interface Ensure {
  readonly thresholds: readonly Readonly<Record<string, number>>[];
}

interface ScenarioFile {
  readonly config: {
    readonly ensure: Ensure;
    /** What its functions are told. */
    readonly variables?: Readonly<Record<string, number>>;
  };
  readonly scenarios: readonly { readonly name: string; readonly weight: number }[];
}

export interface Phase {
  readonly name: string;
  readonly duration: number;
  readonly arrivalRate: number;
  readonly rampTo?: number;
}

/** What artillery is given. */
export interface LoadScript {
  readonly config: {
    readonly target: string;
    readonly processor: string;
    readonly phases: readonly Phase[];
    readonly variables: Readonly<Record<string, number>>;
    readonly plugins: { readonly ensure: Record<string, never> };
    readonly ensure: Ensure & { readonly maxErrorRate: number };
  };
  readonly scenarios: ScenarioFile['scenarios'];
}

export interface Chosen {
  readonly scenarios: readonly string[];
  /** A file of `phases/`. */
  readonly phases: string;
  /** The first validator. */
  readonly target: string;
}

/** One run of several scenario files: visitors take one by its weight, thresholds hold together. */
export function loadScript({ scenarios: names, phases: file, target }: Chosen): LoadScript {
  const files = names.map((name) => readJson<ScenarioFile>('scenarios', name));
  const { phases } = readJson<{ readonly phases: readonly Phase[] }>('phases', file);
  return {
    config: {
      target,
      processor: join(here, 'processor.js'),
      phases,
      variables: Object.assign({}, ...files.map(({ config }) => config.variables)),
      plugins: { ensure: {} },
      ensure: {
        thresholds: files.flatMap(({ config }) => config.ensure.thresholds),
        maxErrorRate: 0,
      },
    },
    scenarios: files.flatMap(({ scenarios }) => scenarios),
  };
}

/** When each phase begins, in milliseconds from the first, and when the last ends. */
export function phaseStarts(phases: readonly Phase[]): readonly number[] {
  const starts = [0];
  for (const { duration } of phases) starts.push((starts.at(-1) ?? 0) + 1_000 * duration);
  return starts;
}

function readJson<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(here, folder, `${name}.json`), 'utf8')) as T;
}
