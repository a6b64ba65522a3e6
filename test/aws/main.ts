import { parseArgs } from 'node:util';
import { deployedNames, excludedTypes } from './deployed-stages.ts';
import { isGroupAlive } from './emulators/emulator.ts';
import { runSuite, type SuiteResult } from './run-suite.ts';
import { suites, type TargetName } from './suites.ts';
import type { BlockFigures } from './support/figures.ts';
import { contextVariable, runVariable } from './target-variables.ts';
import { type Target, type TargetGroup, targetGroups } from './targets.ts';

type Counted = Omit<SuiteResult, 'failures' | 'figures'>;
type BlockCosts = Readonly<Record<'regular' | 'pipelined' | 'hundred', BlockFigures>>;

/** What `--json` prints. Later parts add their own fields. */
interface Report {
  readonly tools: Partial<Record<TargetName, string>>;
  readonly contracts: Record<string, Counted>;
  /** Validators that the real CDK deployed, and types of resources that were left out for it. */
  deployed: readonly string[];
  excludedTypes: readonly string[];
  /** What a committee of them and of embedded ones came to. */
  e2e?: Counted & { readonly seconds: number };
  /** What one block costs in units and requests, with 0, 10 and 100 counterparties. */
  perBlock?: BlockCosts & { readonly counterparties: Readonly<Record<string, unknown>> };
  /** What five idle minutes called, and what that comes to in a month. */
  idle?: unknown;
  /** Processes of emulators that outlived the run. */
  pidsLeft: number;
}

const { values: options, positionals: wanted } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** `emulators` that are started here, `localstack` that runs already, or `aws`. */
    on: { type: 'string', default: 'emulators' },
    /** What the CDK is told, such as `api=rest`. */
    context: { type: 'string', short: 'c', multiple: true, default: [] },
    /** Suites that are not run. */
    without: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
});
const { json: isJson } = options;
const targets = Object.hasOwn(targetGroups, options.on)
  ? targetGroups[options.on as TargetGroup]
  : undefined;
if (!targets) throw new Error(`--on ${options.on}: one of ${Object.keys(targetGroups).join(', ')}`);
if (options.on === 'aws' && options.context.length > 0) {
  throw new Error('-c is for emulators that lack a service: AWS has them all');
}
process.env[runVariable] ??= Date.now().toString(36);
process.env[contextVariable] = options.context.join(' ');
const say = (text: string) => (isJson ? process.stderr : process.stdout).write(`${text}\n`);
const report: Report = { tools: {}, contracts: {}, deployed: [], excludedTypes, pidsLeft: 0 };
const started: Target[] = [];

/** Runs all suites of a target. Each has an emulator of its own, so that none finds what others left. */
async function runAllOn(name: TargetName, start: () => Promise<Target>): Promise<void> {
  for (const { name: suite, on } of suites) {
    const isWanted =
      wanted.length === 0 ? !options.without.includes(suite) : wanted.includes(suite);
    if (!on.includes(name) || !isWanted) continue;
    const target = await start();
    started.push(target);
    report.tools[name] = target.version;
    try {
      await runOne(suite, name, target);
    } finally {
      await target.stop();
    }
  }
}

async function runOne(suite: string, name: TargetName, target: Target): Promise<void> {
  const start = performance.now();
  const { failures, figures, ...result } = await runSuite(suite, name, target);
  report.contracts[`${suite}@${name}`] = result;
  for (const failure of failures) say(`✖ ${failure}`);
  for (const test of result.vanished) say(`no deviation any more: ${test}`);
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  if (suite === 'deployed') {
    report.deployed = result.passed > 0 ? deployedNames : [];
    report.e2e = { ...result, seconds };
  }
  tell(figures);
  const { passed, failed } = result;
  say(
    `${failed > 0 ? '✖' : '✔'} ${suite} on ${name} (${passed} passed, ${failed} failed) ${seconds} s`,
  );
}

function tell(figures: SuiteResult['figures']): void {
  const at = (counterparties: number) => figures[`perBlock.${counterparties}`];
  const alone = at(0);
  if (figures.idle !== undefined) report.idle = figures.idle;
  if (alone === undefined) return;
  const counterparties = { '10': at(10), '100': at(100) };
  report.perBlock = { ...(alone as BlockCosts), counterparties };
}

let broken = 0;
for (const [name, start] of Object.entries(targets)) {
  try {
    await runAllOn(name as TargetName, start);
  } catch (error) {
    broken += 1;
    say(`✖ ${error instanceof Error ? error.message : error}`);
  }
}
report.pidsLeft = started.filter(({ pid }) => pid !== undefined && isGroupAlive(pid)).length;
const results = Object.values(report.contracts);
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, broken + report.pidsLeft);
if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
else say(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
