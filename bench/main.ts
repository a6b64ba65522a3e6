import { spawnSync } from 'node:child_process';
import { inspect, parseArgs } from 'node:util';
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

/** A question was not answered; it said on stderr why. */
class AnswerFailure extends Error {
  override readonly name = 'AnswerFailure';
}

/** Each question has a process of its own, so that none inherits another's heap and code. */
function answerApart({ name }: Question, isQuick: boolean): readonly Result[] {
  const args = ['--expose-gc', import.meta.filename, '--inside', ...(isQuick ? ['--quick'] : [])];
  const { status, stdout } = spawnSync(process.execPath, [...args, name], {
    encoding: 'utf8',
    maxBuffer: answerBytesMax,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new AnswerFailure(name);
  return JSON.parse(stdout) as readonly Result[];
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

const options = {
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  inside: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values, positionals, tokens } = parseArgs({
    allowPositionals: true,
    strict: false,
    tokens: true,
    options,
  });
  const known = [...Object.keys(options), ...questions.map(({ name }) => name)];
  const unknown = tokens.flatMap((token) => {
    const word = token.kind === 'option' ? token.name : token.kind === 'positional' && token.value;
    return word === false || known.includes(word) ? [] : [word];
  });
  if (unknown.length > 0) {
    process.stderr.write(`there is no ${unknown.join(', ')} here\n\n${usage}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const isAsked = ({ name }: Question) => positionals.length === 0 || positionals.includes(name);
  const asked = { chosen: questions.filter(isAsked), isQuick: values.quick === true };
  if (values.inside) process.stdout.write(JSON.stringify(await answerHere(asked)));
  else if (values.json) process.stdout.write(`${await jsonAnswers(asked)}\n`);
  else await ask(asked, (text) => process.stdout.write(text));
  return 0;
}

async function answerHere({ chosen, isQuick }: Asked): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const one of chosen) results.push(...(await one.answer(isQuick ? quickPace : fullPace)));
  return results;
}

async function jsonAnswers(asked: Asked): Promise<string> {
  const { results, ...about } = await ask(asked, () => undefined);
  return JSON.stringify({ schema: 'weft.bench/1', ...about, results: results.map(resultJson) });
}

installNativeHash();
try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  const isSaid = error instanceof AnswerFailure;
  process.stderr.write(isSaid ? `no answer: ${error.message}\n` : `${inspect(error)}\n`);
}
