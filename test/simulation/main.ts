// npm run sim -- --from SEED --seeds N --events M --json: worlds of seeds that follow each other.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { marks } from './marks.ts';
import { optionsFor } from './options.ts';
import { runWorld } from './world.ts';

/** So many worlds together must have seen everything. */
const seedsThatSeeAll = 60;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    events: { type: 'string', default: '6000' },
    json: { type: 'boolean', default: false },
  },
});
const [seeds, from, eventsEach] = [values.seeds, values.from, values.events].map(Number) as [
  number,
  number,
  number,
];
if (![seeds, from, eventsEach].every(Number.isSafeInteger) || seeds < 1 || from < 0) {
  console.error('usage: npm run sim -- [--from SEED] [--seeds N] [--events M] [--json]');
  process.exit(2);
}

installNativeHash();
const sometimes = new Map<string, number>(marks.map((mark) => [mark, 0]));
const startMs = performance.now();
let [events, violations] = [0, 0];
for (let seed = from; seed < from + seeds; seed++) await runSeed(seed);
const eventsPerSecond = Math.round((1_000 * events) / (performance.now() - startMs));
const unreached = marks.filter((mark) => sometimes.get(mark) === 0);
const missed = seeds >= seedsThatSeeAll ? unreached : [];
if (values.json) {
  const counts = { seeds, events, violations, missed, eventsPerSecond };
  const reached = Object.fromEntries(sometimes);
  console.log(JSON.stringify({ schema: 'weft.sim/1', ...counts, sometimes: reached }));
} else {
  console.log(`${seeds} seeds, ${events} events, ${violations} violations`);
  console.log(`${eventsPerSecond} events a second`);
  for (const mark of missed) console.log(`never happened: ${mark}`);
}
process.exitCode = violations > 0 || missed.length > 0 ? 1 : 0;

async function runSeed(seed: number): Promise<void> {
  const options = { ...optionsFor(seed), events: eventsEach };
  try {
    const report = await runWorld(options);
    events += report.events;
    for (const mark of report.reached) sometimes.set(mark, (sometimes.get(mark) ?? 0) + 1);
    if (!values.json) console.log(`seed ${seed}: ${report.blocks} blocks, ${report.events} events`);
  } catch (error) {
    violations++;
    console.error(`seed ${seed}, with ${JSON.stringify(options)}:`, error);
    console.error(`once more: npm run sim -- --seeds 1 --from ${seed} --events ${eventsEach}`);
  }
}
