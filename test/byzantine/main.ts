// npm run --silent byzantine -- --validators 7 --seed 1: every fault, in groups as large as may be.
import { parseArgs } from 'node:util';
import { usual } from './commands.ts';
import { disputed } from './disputes.ts';
import { faultsText } from './fault.ts';
import { faults, faultsInDisputes, randomGroups } from './faults.ts';
import { playAll } from './play.ts';

const { values } = parseArgs({
  options: {
    validators: { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
  },
});
const [validators, seed] = [Number(values.validators), Number(values.seed)];
if (!(validators >= 4 && validators <= 31) || !Number.isSafeInteger(seed) || seed < 0) {
  console.error('usage: npm run byzantine -- [--validators N] [--seed SEED]');
  process.exit(2);
}

const liars = Math.floor((validators - 1) / 3);
const programme = [
  { title: 'usual', commands: usual, plays: randomGroups(faults, liars, seed) },
  { title: 'disputed', commands: disputed, plays: randomGroups(faultsInDisputes, liars, seed) },
];
let failures = 0;
for (const { title, commands, plays } of programme) {
  const outcomes = playAll({ validators, plays, commands, lanes: 2, seed });
  for (const [index, outcome] of outcomes.entries()) {
    const text = `${title}: ${faultsText(plays[index] ?? [])}`;
    try {
      const { slowest } = await outcome;
      console.log(`✔ ${text}: ${slowest[0]} took ${slowest[1].toFixed(0)} ms`);
    } catch (error) {
      failures++;
      console.log(`✖ ${text}: ${error}`);
    }
  }
}
console.log(`${failures} failed`);
process.exit(failures > 0 ? 1 : 0);
