import type { Random } from '../simulation/random.ts';

/** What became of an input that nothing is wrong with. */
export interface Judged {
  readonly kind: 'accepted' | 'refused';
  /** Names what was reached: an input that is the first to do so is built upon. */
  readonly feature: string;
}

/** One form of what must not happen; whatever is thrown otherwise is a crash. */
export class NonCanonical extends Error {}

/** Something that reads what others wrote. */
export interface Target<Input> {
  readonly name: string;
  /** Real inputs, one or more. */
  readonly seeds: readonly Input[];
  /** A hostile input made of known ones. */
  mutate(random: Random, pool: readonly Input[]): Input;
  /** @throws whatever the reader throws; `NonCanonical` for two forms of one value. */
  judge(input: Input): Judged | Promise<Judged>;
  /** So that it can be shown and sent again. */
  show(input: Input): string;
  /** How many inputs it gets for each one of a decoder; 1 unless it says less. */
  readonly share?: number;
  /** Begins again from the first state. */
  reset?(): Promise<void>;
  close?(): Promise<void>;
}

export type AnyTarget = Target<unknown>;

/** A target whose inputs nobody looks into. */
export function anyTarget<Input>(target: Target<Input>): AnyTarget {
  return target as Target<unknown>;
}
