import { dirname, join } from 'node:path';
import { runNode } from '#test/support/run-node.ts';
import { deviations } from './deviations.ts';
import type { TargetName } from './suites.ts';
import { isTold } from './support/figures.ts';
import { endpointVariable, targetVariable } from './target-variables.ts';
import type { Target } from './targets.ts';

/** What a suite came to on one target. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tests that fail here as they are known to. */
  readonly deviations: readonly string[];
  /** Tests that are known to fail here and do not: their rows are to be removed. */
  readonly vanished: readonly string[];
  /** What failed and why, for people. */
  readonly failures: readonly string[];
  /** What the suite measured, by name. */
  readonly figures: Readonly<Record<string, unknown>>;
}

interface Outcome {
  readonly name: string;
  readonly failure?: string;
  readonly isSkipped?: boolean;
}

const root = dirname(dirname(import.meta.dirname));
const suiteMsMax = 1_800_000;
const testMsMax = 180_000;
/** AWS takes its time to make a table, let alone a stack. */
const awsTimes = 10;

/** Runs the tests of a file against a target, and compares with what is known of it. */
export async function runSuite(
  suite: string,
  target: TargetName,
  { url }: Pick<Target, 'url'>,
): Promise<SuiteResult> {
  const times = target === 'aws' ? awsTimes : 1;
  const args = [
    '--test',
    '--test-isolation=none',
    '--test-force-exit',
    `--test-timeout=${times * testMsMax}`,
    '--test-reporter=./test/support/report-outcomes.ts',
    join('test/aws/suites', `${suite}.ts`),
  ];
  const env = { ...process.env, [endpointVariable]: url, [targetVariable]: target };
  const { output, code } = await runNode(args, { cwd: root, env, msMax: times * suiteMsMax });
  const lines = parsedLines(output);
  const outcomes = lines.filter(isOutcome);
  const known = new Set(
    deviations
      .filter((one) => one.suite === suite && one.target === target)
      .map(({ test }) => test),
  );
  const failing = outcomes.filter(({ failure }) => failure !== undefined);
  const skipped = outcomes.filter(({ isSkipped }) => isSkipped).length;
  const failures = failing
    .filter(({ name }) => !known.has(name))
    .map(({ name, failure }) => `${name}\n${failure}`);
  const deviating = failing.map(({ name }) => name).filter((name) => known.has(name));
  // A file that runs no test, or that ends before its last, has failed.
  if (outcomes.length === 0) failures.push(`no test ran\n${output}`);
  else if (code === null) failures.push(`it was killed after ${times * suiteMsMax} ms`);
  else if (code !== 0 && failing.length === 0) failures.push(`it ended with ${code}\n${output}`);
  return {
    passed: outcomes.length - failing.length - skipped,
    failed: failures.length,
    skipped,
    deviations: deviating,
    vanished: [...known].filter((name) => !deviating.includes(name)),
    failures,
    figures: Object.fromEntries(lines.filter(isTold).map((told) => [told.figures, told.value])),
  };
}

function parsedLines(output: string): readonly unknown[] {
  return output.split('\n').flatMap((line): unknown[] => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && 'name' in value;
}
