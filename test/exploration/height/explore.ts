import { canonicalForm } from './canonical-form.ts';
import { maskOf } from './classes.ts';
import { certainIn, eachStep, layout, type Space, widthOf } from './space.ts';
import { tupleSet } from './tuple-set.ts';

/** What an exploration of one height came to. */
export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** The steps to two confirmed blocks at one height; nothing, if none lead there. */
  readonly conflict: readonly string[] | undefined;
}

export interface ExploreOptions {
  readonly statesMax: number;
  /** Whether it ends with the first conflict. */
  readonly untilConflict: boolean;
  /** Told each state once; whether it is the last to be looked at. */
  isLast(state: Int32Array): boolean;
}

/**
 * Every state that honest validators can be in together, whatever the others, the owners and time
 * do, and however messages are delayed, lost or doubled; neither the order of validators nor which
 * block is which counts.
 */
export function exploreHeight(space: Space, options: ExploreOptions): Explored {
  const { statesMax, untilConflict, isLast } = options;
  const { subjects } = space.classes.automaton.universe;
  const confirmsOf = [0, 1].map((value) =>
    maskOf(subjects, (one) => one.kind === 'confirm' && one.value === value),
  );
  const isConflict = (state: Int32Array) =>
    confirmsOf.every((mask) => (certainIn(state).quorums & mask) !== 0);
  const width = widthOf(space);
  const states = tupleSet(width);
  const parents: number[] = [-1];
  const canonical = canonicalForm(space);
  const state = new Int32Array(width);
  const named = new Int32Array(width);
  states.add(state);
  let transitions = 0;
  let conflict: readonly string[] | undefined;
  for (let place = 0; place < states.size(); place++) {
    states.read(place, state);
    if (isLast(state)) return { states: place + 1, transitions, conflict };
    if (untilConflict && isConflict(state)) {
      conflict = wayTo(place);
      return { states: place + 1, transitions, conflict };
    }
    if (states.size() > statesMax) throw new Error(`over ${statesMax} states`);
    eachStep(space, state, (after) => {
      transitions++;
      canonical(after, named);
      if (states.add(named)) parents.push(place);
    });
  }
  return { states: states.size(), transitions, conflict };

  /** The steps are found again: only where each state came from is kept. */
  function wayTo(place: number): readonly string[] {
    const way: string[] = [];
    const [from, to] = [new Int32Array(width), new Int32Array(width)];
    for (let at = place; (parents[at] as number) >= 0; at = parents[at] as number) {
      states.read(at, to);
      states.read(parents[at] as number, from);
      let step = '';
      eachStep(space, from, (after, what) => {
        canonical(after, named);
        if (step === '' && named.every((one, index) => one === to[index])) step = what();
      });
      way.unshift(step);
    }
    return way;
  }
}

/** The classes that the honest are in, in order. */
export function classesIn({ honest }: Space, state: Int32Array): readonly number[] {
  const classes = Array.from({ length: honest }, (_, at) => layout.classAt(state, at));
  return classes.sort((a, b) => a - b);
}
