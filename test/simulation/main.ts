import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { optionsFor } from './options.ts';
import { runWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
installNativeHash();
const from = Number(values.from);
const seeds = Number(values.seeds);
const started = performance.now();
const reached = new Set<string>();
let [events, blocks, violations] = [0, 0, 0];
for (let seed = from; seed < from + seeds; seed++) {
  const options = optionsFor(seed);
  try {
    const report = await runWorld(options);
    events += report.events;
    blocks += report.blocks;
    for (const mark of report.reached) reached.add(mark);
    if (!values.json) console.log(`seed ${seed}: ${report.blocks} blocks, ${report.events} events`);
  } catch (error) {
    violations++;
    console.error(`seed ${seed} with ${JSON.stringify(options)}:`, error);
  }
}
const seconds = (performance.now() - started) / 1000;
console.log({ seeds, events, blocks, violations, eventsPerSecond: Math.round(events / seconds) });
for (const mark of reached) console.log(mark);
