import { type ByzantineCommittee, byzantineCommittee } from './byzantine-committee.ts';
import type { Fault } from './fault.ts';
import { type Command, perform } from './scene.ts';

/** Faults of as many validators at once, and what clients did meanwhile. */
export interface Play {
  readonly faults: readonly Fault[];
  /** The slowest command, and its milliseconds. */
  readonly slowest: readonly [name: string, ms: number];
}

/** A committee upon which one play follows another, each with chains of its own. */
export interface Stage {
  /** @throws what a client found to be wrong. */
  play(faults: readonly Fault[]): Promise<Play>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly validators: number;
  readonly playsMax: number;
  /** What clients do in each play. */
  readonly commands: readonly Command[];
  readonly seed: number;
}

export async function openStage({
  validators,
  playsMax,
  seed,
  commands,
}: StageOptions): Promise<Stage> {
  const roles = Array.from({ length: playsMax }, (_, number) => ({
    payer: `payer-${number}`,
    payee: `payee-${number}`,
  }));
  const chains = roles.flatMap(({ payer, payee }) => [payer, payee]);
  const committee = await byzantineCommittee({ validators, chains, seed });
  let played = 0;
  return {
    async play(faults) {
      const number = played++;
      const role = roles[number];
      if (!role) throw new Error(`${playsMax} plays are over`);
      misbehave(committee, faults, number);
      try {
        const took = [...(await perform(committee, role, commands))];
        const [first = ['', 0]] = took.sort(([, a], [, b]) => b - a);
        return { faults, slowest: first };
      } finally {
        misbehave(committee, [], 0);
      }
    },
    close: committee.close,
  };
}

/** Each fault befalls another validator, from `first` on; the others are honest. */
function misbehave({ members }: ByzantineCommittee, faults: readonly Fault[], first: number): void {
  for (const [index, member] of members.entries()) {
    const turn = (index + members.length - (first % members.length)) % members.length;
    member.behave(faults[turn]);
  }
}

export interface Rehearsal extends Omit<StageOptions, 'playsMax'> {
  /** What is played: the faults of each play. */
  readonly plays: readonly (readonly Fault[])[];
  /** Committees at once, for plays wait more than they work. */
  readonly lanes: number;
}

/** Plays everything; what each play comes to may be awaited by itself, in any order. */
export function playAll({ plays, lanes, ...options }: Rehearsal): readonly Promise<Play>[] {
  const outcomes = plays.map(() => Promise.withResolvers<Play>());
  let next = 0;
  async function lane(number: number): Promise<void> {
    const seed = options.seed + number;
    const stage = await openStage({ ...options, seed, playsMax: plays.length });
    for (let at = next++; at < plays.length; at = next++) {
      const { resolve, reject } = outcomes[at]!;
      await stage.play(plays[at]!).then(resolve, reject);
    }
    await stage.close();
  }
  for (const { promise } of outcomes) promise.catch(() => undefined);
  for (let number = 0; number < lanes; number++) void lane(number);
  return outcomes.map(({ promise }) => promise);
}
