import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { blocks, withoutSignatures } from './blocks.ts';
import { codec } from './codec.ts';
import { idleChains } from './idle-chains.ts';
import { latency } from './latency.ts';
import { oneValidator } from './one-validator.ts';
import { stateTree } from './state-tree.ts';
import { type Calibration, calibrate, thisCommit, thisMachine } from './support/machine.ts';
import { fullEffort, type Question, quickEffort } from './support/question.ts';
import { type Result, resultJson, resultLine } from './support/report.ts';

const questions: readonly Question[] = [
  codec,
  stateTree,
  oneValidator,
  blocks,
  withoutSignatures,
  latency,
  idleChains,
];

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

function say(line: string): void {
  if (!options.json) process.stdout.write(`${line}\n`);
}

function calibrationLine({ nobleVerifyPerSecond, fsyncMs, ...native }: Calibration): string {
  const { nativeVerifyPerSecond: verify, signPerSecond: sign } = native;
  return `noble verifies ${nobleVerifyPerSecond}/s (bars: at 870), OpenSSL ${verify}/s, signs ${sign}/s, fsync ${fsyncMs} ms`;
}

installNativeHash();
const machine = thisMachine();
const commit = thisCommit();
const effort = options.quick ? quickEffort : fullEffort;
say(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${commit}`);

const calibration = await calibrate();
const results: ReturnType<typeof resultJson>[] = [];
for (const question of questions) {
  if (options.only !== undefined && !question.name.includes(options.only)) continue;
  const beside = await calibrate();
  say(`\n${question.name}\n  (${calibrationLine(beside)})`);
  await question.ask(effort, (result: Result) => {
    results.push(resultJson(result));
    say(resultLine(result));
  });
}
if (options.json) {
  const answer = { schema: 'weft.bench/1', machine, commit, calibration, results };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
