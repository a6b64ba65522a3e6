// npm run sim -- --seeds N --from SEED --json: worlds of seeds that follow each other.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { type Mark, marks } from './marks.ts';
import { optionsFor } from './options.ts';
import { runWorld } from './world.ts';

/** So many worlds together must have seen everything. */
const seedsThatSeeAll = 60;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isSafeInteger(seeds) || !Number.isSafeInteger(from) || seeds < 1 || from < 0) {
  console.error('usage: npm run sim -- [--seeds N] [--from SEED] [--json]');
  process.exit(2);
}

installNativeHash();
const reached = new Set<Mark>();
const startMs = performance.now();
let [events, violations] = [0, 0];
for (let seed = from; seed < from + seeds; seed++) await runSeed(seed);
const eventsPerSecond = Math.round((1_000 * events) / (performance.now() - startMs));
const unreached = marks.filter((mark) => !reached.has(mark));
const missed = seeds >= seedsThatSeeAll ? unreached : [];
if (values.json) {
  const schema = 'weft.sim/1';
  console.log(
    JSON.stringify({ schema, seeds, events, violations, unreached: missed, eventsPerSecond }),
  );
} else {
  console.log(`${seeds} seeds, ${events} events, ${violations} violations`);
  console.log(`${eventsPerSecond} events a second`);
  for (const mark of missed) console.log(`never happened: ${mark}`);
}
process.exitCode = violations > 0 || missed.length > 0 ? 1 : 0;

async function runSeed(seed: number): Promise<void> {
  const options = optionsFor(seed);
  try {
    const report = await runWorld(options);
    events += report.events;
    for (const mark of report.reached) reached.add(mark);
    if (!values.json) console.log(`seed ${seed}: ${report.blocks} blocks, ${report.events} events`);
  } catch (error) {
    violations++;
    console.error(`seed ${seed}, with ${JSON.stringify(options)}:`, error);
    console.error(`once more: npm run sim -- --seeds 1 --from ${seed}`);
  }
}
