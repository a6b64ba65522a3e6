import { encode } from '#protocol/encoding/codec.ts';
import { type Manager, managerCodec } from '#protocol/manager/manager.ts';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import type { Automaton } from './automaton.ts';
import type { Message } from './universe.ts';

/** Managers that nothing will ever tell apart by its votes are one class. */
export interface Classes {
  readonly automaton: Automaton;
  /** By class: a manager of it. */
  readonly members: readonly number[];
  /** By class and message. */
  readonly next: readonly Int32Array[];
  readonly votes: readonly Int32Array[];
  readonly timeouts: readonly number[];
  /** By class: the votes to validate or confirm that it may still cast, as a mask. */
  readonly future: Int32Array;
  /** By class: the quorums that a message needs which may still make a difference to it. */
  readonly useful: Int32Array;
  /** The votes to confirm, as a mask. */
  readonly confirms: number;
  /** By class: what it would be if the two blocks were each other. */
  readonly mirror: Int32Array;
  /** By message and by subject, the same. */
  readonly mirroredSubjects: readonly number[];
  /** By class: the messages that are answered with a change, or a vote. */
  readonly answered: readonly (readonly Answered[])[];
}

export interface Answered extends Message {
  readonly to: number;
  /** The subject voted for; -1 for none. */
  readonly vote: number;
}

/** `isShown`: those that show different things to clients are apart as well. */
export function classesOf(automaton: Automaton, isShown = false): Classes {
  const labels = automaton.managers.map((one) => (isShown ? shownBy(one) : ''));
  const classOf = partition(automaton, labels);
  const members: number[] = [];
  for (const [manager, one] of classOf.entries()) members[one] ??= manager;
  const next = members.map(
    (manager) => (automaton.next[manager] ?? []).map((to) => classOf[to] ?? -1) as Int32Array,
  );
  const votes = members.map((manager) => automaton.votes[manager] as Int32Array);
  const timeouts = members.map((manager) => automaton.timeouts[manager] as number);
  const { messages, subjects } = automaton.universe;
  const mirroredMessages = mirrors(messages);
  const mirroredSubjects = mirrors(subjects);
  const cast = (at: number, message: number) => {
    const vote = votes[at]?.[message] ?? -1;
    return vote < 0 ? 0 : 1 << vote;
  };
  const used = (at: number, message: number) => {
    const isIdle = next[at]?.[message] === at && cast(at, message) === 0;
    return isIdle ? 0 : (messages[message]?.needs ?? 0);
  };
  return {
    automaton,
    members,
    next,
    votes,
    timeouts,
    future: reachable(next, cast),
    useful: reachable(next, used),
    confirms: maskOf(subjects, ({ kind }) => kind === 'confirm'),
    mirror: mirrorOf({ next, votes }, mirroredMessages, mirroredSubjects),
    mirroredSubjects,
    answered: members.map((_, at) =>
      messages.flatMap((message, number) => {
        const to = next[at]?.[number] as number;
        const vote = votes[at]?.[number] as number;
        return to === at && vote < 0 ? [] : [{ ...message, to, vote }];
      }),
    ),
  };
}

export function maskOf<T>(all: readonly T[], isIn: (one: T) => boolean): number {
  return all.reduce((mask, one, at) => (isIn(one) ? mask | (1 << at) : mask), 0);
}

/** The coarsest partition in which members of a class answer alike, and stay alike. */
function partition(
  { managers, next, votes, timeouts }: Automaton,
  labels: readonly string[],
): Int32Array {
  let classOf = new Int32Array(managers.length);
  let count = 1;
  for (;;) {
    const names = new Map<string, number>();
    const refined = classOf.map((one, at) => {
      const to = next[at]?.map((manager) => classOf[manager] as number).join();
      const name = `${labels[at]} ${one} ${timeouts[at]} ${votes[at]?.join()} ${to}`;
      const number = names.get(name) ?? names.size;
      names.set(name, number);
      return number;
    });
    if (names.size === count) return refined;
    count = names.size;
    classOf = refined;
  }
}

/** All of a manager but where its lock's block is kept. */
function shownBy(manager: Manager): string {
  const { lock } = manager;
  const shown: Manager = lock
    ? { ...manager, lock: { ...lock, value: { kind: 'accepted' } } }
    : manager;
  return nameOfBytes(encode(managerCodec, shown));
}

function mirrors(
  named: readonly { readonly name: string; readonly mirrored: string }[],
): readonly number[] {
  const numbers = new Map(named.map(({ name }, number) => [name, number]));
  if (numbers.size !== named.length) throw new Error('two have one name');
  return named.map(({ mirrored }) => {
    const number = numbers.get(mirrored);
    if (number === undefined) throw new Error(`nothing is called ${mirrored}`);
    return number;
  });
}

/** By class: what `maskAt` gives anywhere from it on. */
function reachable(
  next: readonly Int32Array[],
  maskAt: (at: number, message: number) => number,
): Int32Array {
  const masks = new Int32Array(next.length);
  for (let hasGrown = true; hasGrown; ) {
    hasGrown = false;
    for (let at = next.length - 1; at >= 0; at--) {
      let mask = masks[at] as number;
      for (const [message, to] of (next[at] as Int32Array).entries()) {
        mask |= maskAt(at, message) | (masks[to] as number);
      }
      if (mask === masks[at]) continue;
      masks[at] = mask;
      hasGrown = true;
    }
  }
  return masks;
}

/** Fails if the rules treat the two blocks differently: that they do not is used to explore less. */
function mirrorOf(
  { next, votes }: Pick<Classes, 'next' | 'votes'>,
  messages: readonly number[],
  subjects: readonly number[],
): Int32Array {
  const mirror = new Int32Array(next.length).fill(-1);
  mirror[0] = 0;
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const other = mirror[at] as number;
    for (const [message, to] of (next[at] as Int32Array).entries()) {
      const across = messages[message] as number;
      const vote = votes[at]?.[message] ?? -1;
      const otherVote = votes[other]?.[across] ?? -1;
      const otherTo = next[other]?.[across] as number;
      const isAlike = vote < 0 ? otherVote < 0 : otherVote === subjects[vote];
      if (!isAlike || (mirror[to] !== -1 && mirror[to] !== otherTo)) {
        throw new Error('the rules tell two blocks apart by more than their hashes');
      }
      if (mirror[to] === -1) open.push(to);
      mirror[to] = otherTo;
    }
  }
  return mirror;
}
