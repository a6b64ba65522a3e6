import type { Manager } from '#protocol/manager/manager.ts';
import { answersOf } from './answers.ts';
import { type Automaton, automatonOf } from './automaton.ts';
import { type Classes, classesOf } from './classes.ts';
import { openCourt } from './evidence.ts';
import { classesIn, exploreHeight } from './explore.ts';
import { innocenceIn } from './innocence.ts';
import { settingOf } from './setting.ts';
import { roundsOf, type Shape } from './shapes.ts';
import { layout, type Shell, type Space } from './space.ts';
import { takeOver } from './take-over.ts';
import { universeOf } from './universe.ts';

/** What is explored, and what must hold everywhere. */
export interface Scope {
  /**
   * `agreement`: one block is confirmed. `accountability`: of two that are, the faulty are
   * convicted, and they alone. `takeover`: an honest owner has one confirmed from anywhere.
   */
  readonly claim: 'agreement' | 'accountability' | 'takeover';
  readonly shape: Shape;
  /** The first so many rounds of the shape. */
  readonly rounds: number;
  readonly faulty: 0 | 1 | 2;
  readonly shell?: Shell;
  /** Of the states, each so-many-th is taken over. */
  readonly every?: number;
}

export interface Outcome {
  readonly states: number;
  readonly transitions: number;
  /** Managers that one validator can have, and classes of them. */
  readonly managers: number;
  readonly classes: number;
  /** Forks judged, or heights taken over. */
  readonly judged: number;
  /** What does not hold, and the way there. */
  readonly violation: string | undefined;
}

export function nameOf({ claim, shape, rounds, faulty, shell = 'prompt' }: Scope): string {
  return `${claim}, ${shape}, ${rounds} rounds, ${faulty} faulty, ${shell}`;
}

export function exploreScope(scope: Scope, statesMax = 20_000_000): Outcome {
  const { claim, shape, rounds, faulty, shell = 'prompt' } = scope;
  const setting = settingOf(shape);
  const byOpening = claim === 'accountability' ? 'by-opening' : 'by-block';
  const universe = universeOf(setting, roundsOf(shape, rounds), byOpening);
  const automaton = automatonOf(universe);
  const classes = classesOf(automaton, claim === 'takeover');
  const keepsVotes = claim === 'accountability';
  const space: Space = { classes, honest: 4 - faulty, shell, keepsVotes };
  const judge = judgeOf(scope, { classes, space });
  let violation: string | undefined;
  const untilConflict = claim !== 'accountability';
  const { states, transitions, conflict } = exploreHeight(space, {
    statesMax,
    untilConflict,
    isLast(state) {
      violation = judge.judge(state);
      return violation !== undefined;
    },
  });
  return {
    states,
    transitions,
    managers: automaton.managers.length,
    classes: classes.members.length,
    judged: judge.judged(),
    violation: violation ?? (conflict && `two blocks are confirmed: ${conflict.join('; ')}`),
  };
}

interface Judge {
  judge(state: Int32Array): string | undefined;
  judged(): number;
}

interface Explored {
  readonly classes: Classes;
  readonly space: Space;
}

function judgeOf(scope: Scope, explored: Explored): Judge {
  switch (scope.claim) {
    case 'agreement':
      return { judge: () => undefined, judged: () => 0 };
    case 'accountability':
      return accountable(explored.classes.automaton);
    case 'takeover':
      return takenOver(explored, scope.every ?? 1);
  }
}

function accountable({ universe }: Automaton): Judge {
  const court = openCourt(universe);
  const innocence = innocenceIn(universe);
  return {
    judge(state) {
      const cast = [layout.votesAt(state, 0), layout.votesAt(state, 1)] as const;
      const convicted = innocence.check(cast[0]) ?? innocence.check(cast[1]);
      if (convicted !== undefined) return `an honest validator is convicted of ${convicted}`;
      return court.judge(cast);
    },
    judged: court.judged,
  };
}

function takenOver({ classes, space }: Explored, every: number): Judge {
  const { setting } = classes.automaton.universe;
  const height = { setting, answers: answersOf(setting) };
  const known = new Set<string>();
  let count = 0;
  return {
    judge(state) {
      const places = classesIn(space, state);
      const name = places.join();
      if (known.has(name)) return undefined;
      known.add(name);
      if (known.size % every !== 0) return undefined;
      const managers = places.map((one) => managerOf(classes, one));
      if (isTornByFast(managers)) return undefined;
      for (const draft of setting.drafts) {
        count++;
        const { isConfirmed, moves } = takeOver(height, managers.slice(0, 3), draft);
        if (!isConfirmed) return `no block is confirmed after ${moves.join(', ')}`;
      }
      return undefined;
    },
    judged: () => count,
  };
}

function managerOf({ automaton, members }: Classes, one: number): Manager {
  const manager = automaton.managers[members[one] as number];
  if (!manager) throw new Error('a class has members');
  return manager;
}

/** Two blocks were proposed in the fast round, and voted for: that wedges a height, inherently. */
function isTornByFast(managers: readonly Manager[]): boolean {
  const blocks = managers.flatMap(({ confirm, lock }) => [
    ...(confirm?.round.kind === 'fast' ? [confirm.block] : []),
    ...(lock?.kind === 'fast' ? [lock.block] : []),
  ]);
  return new Set(blocks).size > 1;
}
