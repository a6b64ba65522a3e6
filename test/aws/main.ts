import { deployedNames, excludedTypes } from './deployed-stages.ts';
import { type Emulator, isGroupAlive } from './emulators/emulator.ts';
import { runSuite, type SuiteResult } from './run-suite.ts';
import { type EmulatorName, emulators, suites } from './suites.ts';
import type { BlockFigures } from './support/figures.ts';

type Counted = Omit<SuiteResult, 'failures' | 'figures'>;
type BlockCosts = Readonly<Record<'regular' | 'pipelined' | 'hundred', BlockFigures>>;

/** What `--json` prints. Later parts add their own fields. */
interface Report {
  readonly tools: Partial<Record<EmulatorName, string>>;
  readonly contracts: Record<string, Counted>;
  /** Validators that the real CDK deployed, and types of resources that were left out for it. */
  deployed: readonly string[];
  excludedTypes: readonly string[];
  /** What a committee of them and of embedded ones came to. */
  e2e?: Counted & { readonly seconds: number };
  /** What one block costs in units and requests, with 0, 10 and 100 counterparties. */
  perBlock?: BlockCosts & { readonly counterparties: Readonly<Record<string, unknown>> };
  /** Processes of emulators that outlived the run. */
  pidsLeft: number;
}

const isJson = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const say = (text: string) => (isJson ? process.stderr : process.stdout).write(`${text}\n`);
const report: Report = { tools: {}, contracts: {}, deployed: [], excludedTypes, pidsLeft: 0 };
const started: Emulator[] = [];

/** Runs all suites of an emulator. Each has one of its own, so that none finds what others left. */
async function runAllOn(name: EmulatorName): Promise<void> {
  for (const { name: suite, on } of suites) {
    if (!on.includes(name) || (wanted.length > 0 && !wanted.includes(suite))) continue;
    const emulator = await emulators[name]();
    started.push(emulator);
    report.tools[name] = emulator.version;
    try {
      await runOne(suite, name, emulator);
    } finally {
      await emulator.stop();
    }
  }
}

async function runOne(suite: string, name: EmulatorName, emulator: Emulator): Promise<void> {
  const start = performance.now();
  const { failures, figures, ...result } = await runSuite(suite, name, emulator);
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
  if (alone === undefined) return;
  const counterparties = { '10': at(10), '100': at(100) };
  report.perBlock = { ...(alone as BlockCosts), counterparties };
}

let broken = 0;
for (const name of Object.keys(emulators) as EmulatorName[]) {
  try {
    await runAllOn(name);
  } catch (error) {
    broken += 1;
    say(`✖ ${error instanceof Error ? error.message : error}`);
  }
}
report.pidsLeft = started.filter(({ pid }) => isGroupAlive(pid)).length;
const results = Object.values(report.contracts);
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, broken + report.pidsLeft);
if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
else say(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
