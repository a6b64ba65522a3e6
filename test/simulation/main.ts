// npm run sim -- --from SEED --seeds N --events M --json: worlds of seeds that follow each other.
// npm run sim -- --seed SEED [--diagram FILE] [--shrink [--save NAME]]: one of them once more.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { marks } from './marks.ts';
import { optionsFor, type WorldOptions } from './options.ts';
import { brokenBy, draw, saveRegression } from './replay.ts';
import { shrink } from './shrink.ts';
import { runWorld } from './world.ts';

/** So many worlds together must have seen everything. */
const seedsThatSeeAll = 100;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    events: { type: 'string', default: '6000' },
    json: { type: 'boolean', default: false },
    diagram: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    save: { type: 'string' },
  },
});
const asked = [values.seed === undefined ? values.seeds : '1', values.seed ?? values.from];
const [seeds, from, eventsEach] = [...asked, values.events].map(Number) as [number, number, number];
if (![seeds, from, eventsEach].every(Number.isSafeInteger) || seeds < 1 || from < 0) {
  console.error('usage: npm run sim -- [--from SEED] [--seeds N] [--events M] [--json]');
  console.error('       npm run sim -- --seed SEED [--diagram FILE] [--shrink [--save NAME]]');
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
  if (values.seed !== undefined && !values.json) console.log(JSON.stringify(options));
  try {
    const report = await runWorld(options);
    events += report.events;
    for (const mark of report.reached) sometimes.set(mark, (sometimes.get(mark) ?? 0) + 1);
    if (!values.json) console.log(`seed ${seed}: ${report.blocks} blocks, ${report.events} events`);
  } catch (error) {
    violations++;
    console.error(`seed ${seed}, with ${JSON.stringify(options)}:`, error);
    console.error(`once more: npm run sim -- --seed ${seed} --events ${eventsEach}`);
  }
  await showAgain(options);
}

async function showAgain(options: WorldOptions): Promise<void> {
  const shrunk = values.shrink ? await shrink(options, brokenBy) : undefined;
  const shown = shrunk?.options ?? options;
  if (shrunk) console.log(`${shrunk.rule}, too, with ${JSON.stringify(shown)}`);
  if (shrunk && values.save !== undefined) {
    console.log(saveRegression(values.save, { claim: shrunk.rule, options: shown }));
  }
  if (values.diagram === undefined) return;
  await draw(shown, values.diagram);
  console.log(`drawn in ${values.diagram}`);
}
