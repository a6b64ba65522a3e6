import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#test/simulation/random.ts';
import {
  type CommandProcess,
  errorKind,
  type Finished,
  startBusyWallet,
  startCommand,
} from './command-process.ts';

/** A block whose command said that it is final. */
export interface Acknowledged {
  readonly chain: string;
  readonly height: bigint;
  readonly hash: string;
}

/** Commands for one chain, one after another, until told to end. */
export interface Traffic {
  /** The process of the moment, if it still runs. */
  running(): CommandProcess | undefined;
  readonly acknowledged: readonly Acknowledged[];
  /** How the commands ended. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Lets the last command end. Fails if a command failed in a way that nobody intended. */
  end(): Promise<void>;
}

export interface TrafficOptions {
  readonly home: string;
  readonly chain: string;
  readonly others: readonly string[];
  readonly random: Random;
}

export function startTraffic({ home, chain, others, random }: TrafficOptions): Traffic {
  const acknowledged: Acknowledged[] = [];
  const outcomes = new Map<string, number>();
  let current: CommandProcess | undefined;
  let isEnding = false;
  let isPending = false;

  async function runOne(): Promise<void> {
    current = startNext();
    const finished = await current.finished;
    const outcome = outcomeOf(finished);
    if (outcome === 'bug' || outcome === 'unknown') throw new Error(finished.stderr);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    acknowledged.push(...blocksIn(finished));
    // After a death or a missing quorum a block may be pending: it is finished first.
    isPending = outcome === 'killed' || outcome === 'no-quorum' || outcome === 'block-pending';
    if (finished.code !== 0) await sleep(random.between(10, 100));
  }

  function startNext(): CommandProcess {
    if (!isPending && random.chance(0.6)) {
      return startBusyWallet(home, chain, { seed: random.below(1_000_000), others });
    }
    const args = isPending ? ['retry-pending', chain] : nextCommand();
    return startCommand(home, [...args, '--json']);
  }

  function nextCommand(): readonly string[] {
    if (random.chance(0.3)) return ['process-inbox', chain];
    const amount = `0.${random.between(1, 999)}`;
    return ['transfer', amount, '--from', chain, '--to', random.pick(others)];
  }

  async function run(): Promise<void> {
    while (!isEnding) await runOne();
  }

  const ended = run().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  return {
    acknowledged,
    outcomes,
    running: () => (current?.isRunning() ? current : undefined),
    async end() {
      isEnding = true;
      const failed = await ended;
      if (failed) throw failed.error;
    },
  };
}

function outcomeOf(finished: Finished): string {
  if (finished.code === 0) return 'done';
  return finished.code === null ? 'killed' : errorKind(finished);
}

/** The blocks of a process's answers, those of one that was killed too. */
export function blocksIn({ stdout }: Pick<Finished, 'stdout'>): readonly Acknowledged[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => {
    const { block } = JSON.parse(line) as { readonly block: Record<string, string> };
    const { chain = '', height = '', hash = '' } = block;
    return { chain, height: BigInt(height), hash };
  });
}
