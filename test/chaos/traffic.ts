import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, answersIn } from './answers.ts';
import {
  type CommandProcess,
  errorKind,
  type Finished,
  startBusyWallet,
  startCommand,
} from './command-process.ts';
import { type Cast, planNext } from './plan.ts';

/** Commands for one chain, one after another, until told to end. */
export interface Traffic {
  /** The process of the moment, if it still runs. */
  running(): CommandProcess | undefined;
  /** What commands said, those that were killed too. */
  readonly answers: readonly Answer[];
  /** How the commands ended. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Lets the last command end. Fails if a command failed in a way that nobody intended. */
  pause(): Promise<void>;
  /** Goes on where it was paused, or begins. */
  resume(): void;
}

/** Traffic that has not begun. */
export function newTraffic(cast: Cast): Traffic {
  const { home, random } = cast;
  const answers: Answer[] = [];
  const outcomes = new Map<string, number>();
  const children: string[] = [];
  let current: CommandProcess | undefined;
  let turn = 0;
  let isWanted = false;
  let underWay: Promise<unknown> = Promise.resolve();
  /** The chain on which a block may be pending, which is finished first. */
  let pendingOn: string | undefined;

  async function runOne(): Promise<void> {
    const { chain, started } = startNext();
    current = started;
    const finished = await started.finished;
    const outcome = outcomeOf(finished);
    if (outcome === 'bug' || outcome === 'unknown') throw new Error(finished.stderr);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    for (const answer of answersIn(finished)) {
      answers.push(answer);
      if (answer.opened !== undefined) children.push(answer.opened);
      if (answer.closed !== undefined) children.splice(children.indexOf(answer.closed), 1);
    }
    pendingOn = mayBePending.has(outcome) ? chain : undefined;
    if (finished.code !== 0) await sleep(random.between(10, 100));
  }

  function startNext(): { readonly chain: string; readonly started: CommandProcess } {
    const { chain, as, others } = cast;
    if (pendingOn !== undefined) {
      const args = ['retry-pending', pendingOn, '--json'];
      return { chain: pendingOn, started: startCommand(home, args) };
    }
    if (random.chance(0.4)) {
      const seed = random.below(1_000_000);
      return { chain, started: startBusyWallet(home, chain, { as, seed, others }) };
    }
    const planned = planNext(cast, turn++, children);
    return { chain: planned.chain, started: startCommand(home, [...planned.args, '--json']) };
  }

  async function runOn(): Promise<void> {
    while (isWanted) await runOne();
  }

  return {
    answers,
    outcomes,
    running: () => (current?.isRunning() ? current : undefined),
    async pause() {
      isWanted = false;
      const failure = await underWay;
      if (failure !== undefined) throw failure;
    },
    resume() {
      isWanted = true;
      underWay = runOn().catch((error: unknown) => error);
    },
  };
}

const mayBePending: ReadonlySet<string> = new Set(['killed', 'no-quorum', 'block-pending']);

function outcomeOf(finished: Finished): string {
  if (finished.code === 0) return 'done';
  return finished.code === null ? 'killed' : errorKind(finished);
}
