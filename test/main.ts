import { globSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runNode } from './support/run-node.ts';

type Counts = { readonly passed: number; readonly failed: number };
type Step = { readonly name: string; readonly args: readonly string[]; readonly tests?: boolean };

const root = dirname(import.meta.dirname);
const stepMsMax = 600_000;
const lanes = 2;

const found = (pattern: string): string[] =>
  globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '.*/**'] }).sort();

function checks(): Step[] {
  const tool = (name: string, entry: string, ...args: string[]): Step => ({
    name,
    args: [join('node_modules', entry), ...args],
  });
  const links = ['--markdown', '--check-fragments', '--skip', '^https://'];
  return [
    tool('types', 'typescript/bin/tsc', '-b'),
    tool(
      'lint and format',
      '@biomejs/biome/bin/biome',
      'ci',
      '--colors=off',
      '--error-on-warnings',
    ),
    tool('promises', 'oxlint/bin/oxlint', '--type-aware', '--deny-warnings'),
    tool('unused code', 'knip/bin/knip.js', '--no-progress'),
    tool('copied code', 'jscpd/run-jscpd.js'),
    tool('links', 'linkinator/build/src/cli.js', ...found('**/*.md'), ...links),
  ];
}

/** Every test file belongs to exactly one of these; those that start processes come last. */
function suites(): { readonly shared: Step[]; readonly alone: Step[] } {
  const all = found('**/*.test.ts');
  const startsProcesses = (file: string) => /^test\/(integration|e2e|infra)\//.test(file);
  const isProtocol = (file: string) => file.startsWith('shared/protocol/');
  const isOther = (file: string) => !startsProcesses(file) && !isProtocol(file);
  const suite = (name: string, files: readonly string[], isolation: 'none' | 'process'): Step => ({
    name,
    tests: true,
    args: [
      '--test',
      `--test-isolation=${isolation}`,
      '--test-concurrency=1',
      '--test-force-exit',
      '--test-timeout=180000',
      '--test-reporter=./test/support/report-failures.ts',
      ...(files.length === 0 ? ['no-test-file-found'] : files),
    ],
  });
  return {
    shared: [
      suite('protocol tests', all.filter(isProtocol), 'none'),
      suite('other tests', all.filter(isOther), 'none'),
    ],
    alone: [suite('process tests', all.filter(startsProcesses), 'process')],
  };
}

async function perform(step: Step): Promise<Counts> {
  const start = performance.now();
  const { output, code } = await outputOf(step.args);
  const counts = step.tests ? testCounts(output, code) : { passed: 1, failed: 0 };
  const result = code === 0 || step.tests ? counts : { passed: 0, failed: 1 };
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (result.failed > 0) console.log(output);
  const detail = step.tests ? ` (${result.passed} passed, ${result.failed} failed)` : '';
  console.log(`${result.failed > 0 ? '✖' : '✔'} ${step.name}${detail} ${seconds} s`);
  return result;
}

/** A run that says nothing, or fails without a failed test, counts as one failure. */
function testCounts(output: string, code: number | null): Counts {
  const last = /(\d+) passed, (\d+) failed\s*$/.exec(output);
  const passed = Number(last?.[1] ?? 0);
  const failed = Number(last?.[2] ?? 0);
  const isSound = passed > 0 && (code === 0) === (failed === 0);
  return { passed, failed: isSound ? failed : failed + 1 };
}

function outputOf(args: readonly string[]) {
  const { WEFT_HOME: _, ...rest } = process.env;
  const bin = [dirname(process.execPath), rest.PATH].join(delimiter);
  return runNode(args, { cwd: root, env: { ...rest, PATH: bin, NO_COLOR: '1' }, msMax: stepMsMax });
}

async function performAll(steps: readonly Step[]): Promise<Counts[]> {
  const queue = [...steps];
  const results: Counts[] = [];
  const lane = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      results.push(await perform(step));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

const { shared, alone } = suites();
const isCheckOnly = process.argv[2] === 'checks';
const results = await performAll(isCheckOnly ? checks() : [...checks(), ...shared]);
if (!isCheckOnly) for (const step of alone) results.push(await perform(step));
const passed = results.reduce((sum, counts) => sum + counts.passed, 0);
const failed = results.reduce((sum, counts) => sum + counts.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
