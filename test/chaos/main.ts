// npm run --silent chaos -- --kills 200 --seed 7 --json: real processes, killed at any moment.
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!Number.isSafeInteger(kills) || !Number.isSafeInteger(seed) || kills < 1 || seed < 0) {
  console.error('usage: npm run chaos -- [--kills N] [--seed SEED] [--json]');
  process.exit(2);
}

const report = await runChaos({ kills, seed, onProgress: (line) => console.error(line) });
if (values.json) console.log(JSON.stringify({ schema: 'weft.chaos/1', ...report }));
else for (const [name, value] of Object.entries(report)) console.log(`${name}: ${value}`);
const isSound =
  report.acknowledgedLost === 0 &&
  report.conflictingVotes === 0 &&
  report.supplyBefore === report.supplyAfter;
process.exitCode = isSound ? 0 : 1;
