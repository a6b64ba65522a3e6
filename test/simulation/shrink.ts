import { noFaults, type WorldOptions } from './options.ts';

/** Why a world failed: the rule that was broken, without what broke it. */
export type Fails = (options: WorldOptions) => Promise<string | undefined>;

export interface Shrunk {
  readonly options: WorldOptions;
  readonly rule: string;
  /** How many worlds it took to find. */
  readonly worlds: number;
}

type Change = (options: WorldOptions) => WorldOptions;

const fewestEvents = 50;

/**
 * Looks for a smaller world that breaks the same rule: with fewer faults, fewer actors and fewer
 * events. Each change that keeps the failure stays.
 *
 * @returns undefined if the world breaks no rule.
 */
export async function shrink(
  options: WorldOptions,
  fails: Fails,
  worldsMax = 60,
): Promise<Shrunk | undefined> {
  const rule = await fails(options);
  if (rule === undefined) return undefined;
  let [smallest, worlds] = [options, 1];

  async function tried(change: Change): Promise<boolean> {
    const smaller = change(smallest);
    if (worlds >= worldsMax || JSON.stringify(smaller) === JSON.stringify(smallest)) return false;
    worlds++;
    if ((await fails(smaller)) !== rule) return false;
    smallest = smaller;
    return true;
  }

  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const change of changesOf(smallest)) isSmaller = (await tried(change)) || isSmaller;
    while (await tried(halved)) isSmaller = true;
  }
  return { options: smallest, rule, worlds };
}

function halved(options: WorldOptions): WorldOptions {
  const events = Math.floor(options.events / 2);
  return events < fewestEvents ? options : { ...options, events };
}

function changesOf(options: WorldOptions): readonly Change[] {
  const faults = Object.keys(noFaults) as (keyof typeof noFaults)[];
  return [
    (before) => ({ ...before, faults: noFaults }),
    ...faults.map(
      (name): Change =>
        (before) => ({
          ...before,
          faults: { ...before.faults, [name]: 0 },
        }),
    ),
    (before) => ({ ...before, traitor: 'none' }),
    (before) => ({ ...before, restore: false }),
    (before) => ({ ...before, queueDown: false }),
    (before) => ({ ...before, skewMs: 0 }),
    (before) => ({ ...before, workers: 1 }),
    (before) => ({ ...before, clients: 0 }),
    (before) => ({ ...before, idleChains: 1 }),
    (before) => ({ ...before, children: 0 }),
    (before) => ({ ...before, policy: 'free' }),
    ...options.chains.map(
      (_, at): Change =>
        (before) => {
          const chains = before.chains.filter((_plan, index) => index !== at);
          return chains.length === 0 ? before : { ...before, chains };
        },
    ),
  ];
}
