import type { PolicyName } from '#protocol/block/named-policies.ts';
import { type ChainPlan, chainPlans } from './plans.ts';
import { type Random, randomFrom } from './random.ts';

/** How often things go wrong: shares of the occasions on which they could. */
export interface Faults {
  /** A request, or its answer, is lost. */
  readonly loss: number;
  /** A request arrives twice, the second time up to minutes later. */
  readonly double: number;
  /** A request or an answer takes seconds. */
  readonly slow: number;
  /** A request to the store fails or has to wait, or succeeds without saying so. */
  readonly store: number;
  /** A read of what never changes misses what was written lately. */
  readonly stale: number;
  /** A commit is given up, and carried out later; of other writes a quarter as many. */
  readonly late: number;
  /** A worker dies before a request to the store, or as often behind a write. */
  readonly crash: number;
  /** A bell is received, and comes to nothing. */
  readonly bell: number;
  /** Lines are cut: about so many in half a minute. */
  readonly cut: number;
  /** A validator's clock is one that jumps. */
  readonly jump: number;
  /** A stranger says something: about twice as often in a second. */
  readonly forge: number;
  /** A signature is not checked in time. */
  readonly undecided: number;
}

/** Everything that a world follows from. */
export interface WorldOptions {
  readonly seed: number;
  /** Events before the faults end. */
  readonly events: number;
  readonly crypto: 'keyed' | 'ed25519';
  readonly validators: number;
  /** Workers of each validator, over one store. */
  readonly workers: number;
  /**
   * What one validator is: two with one key that know nothing of each other, or forgetful. A pair
   * of twins is more than a committee of four bears.
   */
  readonly traitor: 'none' | 'twins' | 'amnesiac' | 'pair';
  /** When a pair of twins parts the world in two, in milliseconds. */
  readonly partingMs: number;
  readonly chains: readonly ChainPlan[];
  /** Of the chains' devices, how many in a hundred run the product's own client. */
  readonly clients: number;
  /** What blocks cost. */
  readonly policy: PolicyName;
  /** Chains that may be opened, at most. */
  readonly children: number;
  /** Chains that only receive. */
  readonly idleChains: number;
  /** Clocks differ from true time by up to this. */
  readonly skewMs: number;
  /** Whether the queue takes nothing at all while things go wrong. */
  readonly queueDown: boolean;
  /** Whether a validator is given back an old copy of its store. */
  readonly restore: boolean;
  readonly faults: Faults;
}

/** The options of a seed. Each leaves some faults out, for what one fault hides another shows. */
export function optionsFor(seed: number): WorldOptions {
  const random = randomFrom(seed);
  const traitor = random.pick(['none', 'none', 'twins', 'amnesiac'] as const);
  return {
    seed,
    events: 6_000,
    crypto: 'keyed',
    validators: 4,
    workers: random.between(1, 4),
    traitor,
    partingMs: 0,
    chains: plansFor(seed, random),
    clients: random.pick([0, 50, 100]),
    policy: random.pick(['free', 'free', 'testnet']),
    children: random.between(1, 4),
    idleChains: random.chance(0.5) ? 20 : 1,
    skewMs: random.pick([0, 50, 400, 3_000]),
    queueDown: random.chance(0.25),
    // A validator that never votes again is one of the few that may fail.
    restore: traitor === 'none' && random.chance(0.4),
    faults: faultsFrom(random),
  };
}

/** Two plans in turn, so that a few seeds in a row have all, and now and then one more. */
function plansFor(seed: number, random: Random): readonly ChainPlan[] {
  const inTurn = [2 * seed, 2 * seed + 1].map((at) => chainPlans[at % chainPlans.length]);
  const more = random.chance(0.5) ? [random.pick(chainPlans)] : [];
  const liar: readonly ChainPlan[] = random.chance(0.3) ? ['two-faced'] : [];
  return [...(inTurn as ChainPlan[]), ...more, ...liar];
}

function faultsFrom(random: Random): Faults {
  const share = (most: number) => (random.chance(0.3) ? 0 : (most * random.between(1, 10)) / 10);
  return {
    loss: share(0.2),
    double: share(0.2),
    slow: share(0.1),
    store: share(0.03),
    stale: share(0.08),
    late: share(0.05),
    crash: share(0.004),
    bell: share(0.9),
    cut: share(1),
    jump: share(0.5),
    forge: share(4),
    undecided: share(0.02),
  };
}

export const noFaults: Faults = {
  loss: 0,
  double: 0,
  slow: 0,
  store: 0,
  stale: 0,
  late: 0,
  crash: 0,
  bell: 0,
  cut: 0,
  jump: 0,
  forge: 0,
  undecided: 0,
};
