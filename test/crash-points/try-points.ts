import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { watchVotes } from '#test/simulation/watch-votes.ts';
import { type Carried, carryOut, noFaults } from './carry-out.ts';
import type { Script } from './script.ts';
import { type Fate, fatesOf, type Spoil } from './victim.ts';

/** One or two operations at which something goes wrong. */
export interface Point {
  readonly fates: ReadonlyMap<number, Fate>;
  readonly spoil?: Spoil | undefined;
}

export interface Broken {
  readonly script: string;
  readonly point: string;
  readonly rules: readonly string[];
}

/** All single points of a script: each operation, with whatever may become of it. */
export function pointsOf({ operations }: Carried): readonly Point[] {
  return operations.flatMap(({ kind }, at) =>
    fatesOf[kind].map((fate) => ({ fates: new Map([[at, fate]]) })),
  );
}

/** Operations that a repetition adds. */
const repeatedMax = 12;

/** Crashes after each operation together with one at each that comes later. */
export function pairsOf({ operations }: Carried): readonly Point[] {
  const count = operations.length;
  const pairs: Point[] = [];
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count + repeatedMax; second++) {
      pairs.push({
        fates: new Map([
          [first, 'crash after'],
          [second, 'crash before'],
        ]),
      });
    }
  }
  return pairs;
}

/** The script with nothing going wrong, which breaks no rule. */
export async function undisturbed(script: Script): Promise<Carried> {
  const whole = await carryOut(script, noFaults);
  if (whole.violations.length > 0) throw new Error(`${script.name}: ${whole.violations}`);
  return whole;
}

/** What is broken at a point, if anything is. */
export async function brokenAt(
  script: Script,
  expected: Carried,
  { fates, spoil }: Point,
): Promise<Broken | undefined> {
  const carried = await carryOut(script, { fates, expected, spoil });
  const rules = [
    ...carried.violations,
    ...changed('an answer', expected.answers, carried.answers),
    ...changed('what is stored', expected.contents, carried.contents),
    ...doubleVotes(script, expected, carried),
  ];
  if (rules.length === 0) return undefined;
  const point = [...fates].map(([at, fate]) => {
    return `${fate}: ${at} ${carried.operations[at]?.label ?? 'nothing'}`;
  });
  return { script: script.name, point: point.join(', '), rules };
}

function changed(what: string, expected: readonly string[], found: readonly string[]): string[] {
  if (expected.join('\n') === found.join('\n')) return [];
  const missing = expected.filter((one) => !found.includes(one));
  const more = found.filter((one) => !expected.includes(one));
  return [`${what} is another: ${missing.map(short)} became ${more.map(short)}`];
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Votes of the one run and of the other are those of one validator: none contradicts another. */
function doubleVotes({ committee, signer }: Script, ...runs: readonly Carried[]): string[] {
  const found: string[] = [];

  const watch = watchVotes(committee.network.committee, (rule, detail) => {
    found.push(`${rule}: ${detail}`);
  });
  const name = hexFromBytes(signer.publicKey.bytes);
  for (const { votes } of runs) for (const vote of votes) watch.seen(name, vote);
  return found;
}
