import { encode } from '#protocol/encoding/codec.ts';
import { type Manager, managerCodec } from '#protocol/manager/manager.ts';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import { decide, managerAtFirst, timeoutVote } from './decide.ts';
import type { Universe } from './universe.ts';

/** What one honest validator can do: its managers, and what each message makes of them. */
export interface Automaton {
  readonly universe: Universe;
  /** By number; the first is where a height begins. */
  readonly managers: readonly Manager[];
  /** By manager and message: the manager after it. */
  readonly next: readonly Int32Array[];
  /** By manager and message: the subject voted for; -1 for none. */
  readonly votes: readonly Int32Array[];
  /** By manager: a mask of the rounds it may vote to give up. */
  readonly timeouts: readonly number[];
}

/** Every manager that any sequence of messages leads to: each decision is made by the product. */
export function automatonOf(universe: Universe): Automaton {
  const { setting, messages, ends } = universe;
  const numbers = new Map<string, number>();
  const managers: Manager[] = [];
  const numberOf = (manager: Manager): number => {
    const name = nameOfBytes(encode(managerCodec, manager));
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, managers.length);
    return managers.push(manager) - 1;
  };
  const bitOf = (payload: Parameters<Universe['subjectOf']>[0]): number => {
    const subject = universe.subjectOf(payload);
    if (subject === undefined) throw new Error('a vote that is none of those the rules allow');
    return subject;
  };
  numberOf(managerAtFirst(setting));
  const next: Int32Array[] = [];
  const votes: Int32Array[] = [];
  const timeouts: number[] = [];
  for (let at = 0; at < managers.length; at++) {
    const manager = managers[at] as Manager;
    const to = new Int32Array(messages.length).fill(at);
    const cast = new Int32Array(messages.length).fill(-1);
    for (const [index, { request }] of messages.entries()) {
      const decided = decide(setting, manager, request);
      if (!decided) continue;
      to[index] = numberOf(decided.manager);
      if (decided.vote) cast[index] = bitOf(decided.vote);
    }
    next.push(to);
    votes.push(cast);
    timeouts.push(
      ends.reduce(
        (mask, round, end) => (timeoutVote(setting, manager, round) ? mask | (1 << end) : mask),
        0,
      ),
    );
  }
  return { universe, managers, next, votes, timeouts };
}
