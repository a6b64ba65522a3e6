// npm run twins -- --json: two copies with one key, in every way to part a small network.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { partitionsOf } from './partitions.ts';
import { playTwins, type TwinsReport } from './twins.ts';
import type { Lead } from './world.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Of the scenarios, each so-many-th. */
    every: { type: 'string', default: '1' },
  },
});
const every = Number(values.every);
const isPlayed = (scenario: number) => scenario % every === 0;
const leads: readonly Lead[] = ['super', 'multi-leader'];

installNativeHash();
const start = performance.now();
const one = leads.map((lead) =>
  playTwins({ lead, seats: [0, 0, 1, 2, 3], partitions: partitionsOf(5, 3), rounds: 3, isPlayed }),
);
tell('one twinned validator', one);
const two = leads.map((lead) =>
  playTwins({
    lead,
    seats: [0, 0, 1, 1, 2, 3],
    partitions: partitionsOf(6, 2),
    rounds: 3,
    isPlayed,
  }),
);
tell('two twinned validators', two);
const all = [...one, ...two];
const violations = all.flatMap((report) => report.violations);
if (values.json) {
  const report = {
    schema: 'weft.twins/1',
    scenarios: sum(all, 'scenarios'),
    forks: sum(all, 'forks'),
  };
  console.log(JSON.stringify({ ...report, violations: violations.length }));
} else for (const violation of violations) console.log(`✖ ${violation}`);
process.exitCode = violations.length > 0 ? 1 : 0;

function tell(what: string, reports: readonly TwinsReport[]): void {
  if (values.json) return;
  const [scenarios, early] = [sum(reports, 'scenarios'), sum(reports, 'early')];
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const confirmed = `in ${early} a block is confirmed before the network heals`;
  console.log(
    `${what}: ${scenarios} scenarios, ${confirmed}, ${sum(reports, 'forks')} forks, ${seconds} s`,
  );
}

function sum(reports: readonly TwinsReport[], of: 'scenarios' | 'early' | 'forks'): number {
  return reports.reduce((total, report) => total + report[of], 0);
}
