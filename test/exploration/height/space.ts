import type { Classes } from './classes.ts';

/** How validators save and send: as the product does, or as it must not. */
export type Shell =
  /** What is decided is saved, then sent. */
  | 'prompt'
  /** A write may land later, but upon the head that it was decided on alone. */
  | 'late'
  /** It may land upon any head. */
  | 'unfenced'
  /** A vote is sent first; the write may be lost. */
  | 'sends-first'
  /** The head may be put back to what it was at first, and the key still signs. */
  | 'restored';

/** The world of one height: how many validators are honest, and what their shells do. */
export interface Space {
  readonly classes: Classes;
  /** As many others as make four sign everything that anybody wants. */
  readonly honest: number;
  readonly shell: Shell;
  /** Whether each keeps all votes it cast: else only those that may still be part of a quorum. */
  readonly keepsVotes: boolean;
}

export const seats = 4;
export const quorum = 3;
const noLate = 0;

/** Numbers of one validator in a state: its class, its votes, and a write that may still land. */
const perValidator = 3;

export function widthOf({ honest }: Space): number {
  return perValidator * honest + 2;
}

/** A reader and writer of states: one after another of validators, then quorums, then ends. */
export interface Layout {
  classAt(state: Int32Array, at: number): number;
  votesAt(state: Int32Array, at: number): number;
  lateAt(state: Int32Array, at: number): number;
  set(state: Int32Array, at: number, values: readonly [number, number, number]): void;
}

export const layout: Layout = {
  classAt: (state, at) => state[perValidator * at] as number,
  votesAt: (state, at) => state[perValidator * at + 1] as number,
  lateAt: (state, at) => state[perValidator * at + 2] as number,
  set: (state, at, values) => state.set(values, perValidator * at),
};

/** What is certain in a state: quorums of votes, as subjects, and rounds given up. */
export function certainIn(state: Int32Array): { readonly quorums: number; readonly ends: number } {
  return { quorums: state[state.length - 2] as number, ends: state[state.length - 1] as number };
}

/** Told a state that one step leads to, which it must copy to keep, and what the step is. */
export type Reach = (after: Int32Array, what: () => string) => void;

/** Calls `reach` with each state that one step leads to. */
export function eachStep(space: Space, state: Int32Array, reach: Reach): void {
  const { honest, shell } = space;
  const after = new Int32Array(state.length);
  for (let at = 0; at < honest; at++) {
    // Two who are alike go on alike.
    if (at > 0 && isAlike(state, at)) continue;
    const become: Become = (values, what) => {
      after.set(state);
      layout.set(after, at, values);
      settle(space, after);
      reach(after, what);
    };
    const votes = layout.votesAt(state, at);
    const late = layout.lateAt(state, at);
    if (late !== noLate) {
      const { to, bit } = openLate(late);
      become([to, votes | bit, noLate], () => `a late write of validator ${at}`);
    }
    if (shell === 'restored' && layout.classAt(state, at) !== 0) {
      become([0, votes, late], () => `validator ${at} is restored`);
    }
    eachAnswer(space, state, { at, become });
  }
}

type Become = (values: readonly [number, number, number], what: () => string) => void;

function eachAnswer(
  { classes, honest, shell }: Space,
  state: Int32Array,
  { at, become }: { readonly at: number; readonly become: Become },
): void {
  const { quorums, ends } = certainIn(state);
  const one = layout.classAt(state, at);
  const votes = layout.votesAt(state, at);
  const late = layout.lateAt(state, at);
  const mayBeLate = (shell === 'late' || shell === 'unfenced') && isNoneLate(state, honest);
  for (const { needs, needsEnd, name, to, vote } of classes.answered[one] ?? []) {
    if ((needs & ~quorums) !== 0 || (needsEnd & ~ends) !== 0) continue;
    const bit = vote < 0 ? 0 : 1 << vote;
    if (to === one && (votes & bit) === bit) continue;
    const what = () => `validator ${at}: ${name}`;
    // Whatever else is saved first makes a late write fail, if there is a fence.
    const kept = shell === 'unfenced' || to === one ? late : noLate;
    become([to, votes | bit, kept], what);
    if (to === one) continue;
    if (shell === 'sends-first') become([one, votes | bit, late], () => `${what()}, not saved`);
    if (mayBeLate) become([one, votes, lateOf(to, vote)], () => `${what()}, later`);
  }
}

function isAlike(state: Int32Array, at: number): boolean {
  return (
    layout.classAt(state, at) === layout.classAt(state, at - 1) &&
    layout.votesAt(state, at) === layout.votesAt(state, at - 1) &&
    layout.lateAt(state, at) === layout.lateAt(state, at - 1)
  );
}

function isNoneLate(state: Int32Array, honest: number): boolean {
  for (let at = 0; at < honest; at++) if (layout.lateAt(state, at) !== noLate) return false;
  return true;
}

function lateOf(to: number, vote: number): number {
  return 1 + to * 32 + vote + 1;
}

function openLate(late: number): { readonly to: number; readonly bit: number } {
  const vote = ((late - 1) % 32) - 1;
  return { to: (late - 1) >> 5, bit: vote < 0 ? 0 : 1 << vote };
}

/**
 * A quorum is certain as soon as enough of the honest have voted. What can make no difference any
 * more is forgotten: votes that no quorum can come of, and quorums that open nothing.
 */
function settle({ classes, honest, shell, keepsVotes }: Space, state: Int32Array): void {
  const enough = quorum - (seats - honest);
  let { quorums, ends } = certainIn(state);
  quorums |= votedBy(honest, enough, (at) => layout.votesAt(state, at));
  ends |= votedBy(honest, enough, (at) => classes.timeouts[layout.classAt(state, at)] as number);
  const forgets = !keepsVotes && (shell === 'prompt' || shell === 'late');
  let useful = classes.confirms;
  let open = 0;
  let openTwice = 0;
  for (let at = 0; forgets && at < honest; at++) {
    const one = layout.classAt(state, at);
    useful |= classes.useful[one] as number;
    const mayCount = (classes.future[one] as number) | layout.votesAt(state, at);
    openTwice |= open & mayCount;
    open |= mayCount;
  }
  state[state.length - 2] = forgets ? quorums & useful : quorums;
  state[state.length - 1] = ends;
  for (let at = 0; !keepsVotes && at < honest; at++) {
    const votes = layout.votesAt(state, at) & ~quorums & (forgets ? openTwice : -1);
    layout.set(state, at, [layout.classAt(state, at), votes, layout.lateAt(state, at)]);
  }
}

/** The bits that at least `enough` have. */
function votedBy(honest: number, enough: number, maskOf: (at: number) => number): number {
  const counted = new Array<number>(enough).fill(0);
  for (let at = 0; at < honest; at++) {
    let carry = maskOf(at);
    for (let count = 0; count < enough; count++) {
      const both = (counted[count] as number) & carry;
      counted[count] = (counted[count] as number) | carry;
      carry = both;
    }
  }
  return counted[enough - 1] as number;
}
