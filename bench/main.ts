import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { questions } from './questions.ts';
import {
  type Calibration,
  calibrate,
  calibrationLine,
  type Machine,
  machineLine,
  thisCommit,
  thisMachine,
} from './support/machine.ts';
import { fullPace, type Question, quickPace } from './support/question.ts';
import { type Result, resultJson, resultLine } from './support/report.ts';

const usage = `npm run bench -- [QUESTION...] [--quick] [--json]

${questions.map(({ name, asks }) => `  ${name.padEnd(18)} ${asks}`).join('\n')}
`;

const answerBytesMax = 16 * 1_024 * 1_024;

/** Each question has a process of its own, so that none inherits another's heap and code. */
function answerApart({ name }: Question, isQuick: boolean): readonly Result[] {
  const args = ['--expose-gc', import.meta.filename, '--inside', ...(isQuick ? ['--quick'] : [])];
  const answer = execFileSync(process.execPath, [...args, name], {
    encoding: 'utf8',
    maxBuffer: answerBytesMax,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(answer) as readonly Result[];
}

interface Asked {
  readonly chosen: readonly Question[];
  readonly isQuick: boolean;
}

interface Answers {
  readonly machine: Machine;
  readonly commit: string;
  readonly calibration: Calibration;
  readonly results: readonly Result[];
}

async function ask({ chosen, isQuick }: Asked, say: (text: string) => void): Promise<Answers> {
  const machine = thisMachine();
  const commit = thisCommit();
  const calibration = await calibrate();
  say(`${machineLine(machine, commit)}\n${calibrationLine(calibration)}\n`);
  say(`\n  ${''.padEnd(58)} ${'value'.padStart(9)} ${'measured'.padStart(9)}\n`);
  const results: Result[] = [];
  for (const question of chosen) {
    say(`\n${question.name}: ${question.asks}\n`);
    const answers = answerApart(question, isQuick);
    for (const one of answers) say(`${resultLine(one)}\n`);
    results.push(...answers.map((one) => ({ ...one, name: `${question.name}: ${one.name}` })));
  }
  return { machine, commit, calibration, results };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      inside: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((text) => !questions.some(({ name }) => name === text));
  if (values.help || unknown !== undefined) {
    const out = values.help ? process.stdout : process.stderr;
    out.write(unknown === undefined ? usage : `there is no question ${unknown}\n\n${usage}`);
    return values.help ? 0 : 2;
  }
  const chosen = questions.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  if (values.inside) {
    const results: Result[] = [];
    for (const one of chosen)
      results.push(...(await one.answer(values.quick ? quickPace : fullPace)));
    process.stdout.write(JSON.stringify(results));
    return 0;
  }
  const say = (text: string) => {
    if (!values.json) process.stdout.write(text);
  };
  const { results, ...about } = await ask({ chosen, isQuick: values.quick }, say);
  if (values.json) {
    const line = { schema: 'weft.bench/1', ...about, results: results.map(resultJson) };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  return 0;
}

installNativeHash();
process.exitCode = await main();
