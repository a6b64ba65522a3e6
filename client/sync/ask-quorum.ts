import type { Clock } from '#ports/clock.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok, reject } from '#protocol/primitives/result.ts';
import type { Background } from './background.ts';
import { type Failure, failureFrom, type NamedFailure } from './failure.ts';
import type { Member } from './members.ts';

/** Asks one member; `isWanted` turns false when its answer no longer counts. */
export type Ask<T> = (member: Member, isWanted: () => boolean) => Promise<Result<T, Failure>>;

export interface Answer<T> {
  readonly member: Member;
  readonly value: T;
}

export interface Question<T> {
  readonly members: readonly Member[];
  readonly ask: Ask<T>;
  readonly quorum: bigint;
  readonly clock: Clock;
  readonly background: Background;
}

/** A share of the time that the quorum took, which late answers may still take. */
const graceDivisor = 5n;

/**
 * Asks all members at once, and returns as soon as equal answers are a quorum, or cannot become
 * one any more. The slowest are never waited for: they go on behind, for a fifth of the time.
 */
export function askQuorum<T>(
  { members, ask, quorum, clock, background }: Question<T>,
  keyOf: (value: T) => string,
): Promise<Result<readonly Answer<T>[], readonly NamedFailure[]>> {
  const { promise, resolve } =
    Promise.withResolvers<Result<readonly Answer<T>[], readonly NamedFailure[]>>();
  const start = clock.now();
  const groups = new Map<string, Answer<T>[]>();
  const failures: NamedFailure[] = [];
  let open = weightOf(members);
  let wantedUntil: bigint | undefined;

  function decide(): void {
    if (wantedUntil !== undefined) return;
    let best: readonly Answer<T>[] = [];
    for (const group of groups.values()) if (weigh(group) > weigh(best)) best = group;
    if (weigh(best) >= quorum) end(ok(best));
    else if (weigh(best) + open < quorum) end(reject([...failures, ...dissent(groups)]));
  }

  function end(result: Result<readonly Answer<T>[], readonly NamedFailure[]>): void {
    const now = clock.now();
    wantedUntil = now + (now - start) / graceDivisor;
    resolve(result);
  }

  const isWanted = () => wantedUntil === undefined || clock.now() < wantedUntil;

  async function askOne(member: Member): Promise<void> {
    const result = await answerOf(ask, member, isWanted);
    open -= member.weight;
    if (result.ok) {
      const key = keyOf(result.value);
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push({ member, value: result.value });
    } else {
      failures.push({ name: member.name, weight: member.weight, failure: result.error });
    }
    decide();
  }

  for (const member of members) background.add(askOne(member));
  decide();
  return promise;
}

/** What members said of themselves: answers that need not be equal. */
export interface Gathered<T> {
  readonly answers: readonly Answer<T>[];
  readonly failures: readonly NamedFailure[];
  readonly weight: bigint;
}

/**
 * The answers of a quorum, and of whoever else answers in a fifth of the time that it took. Those
 * that failed lately are asked, but do not make it longer.
 */
export async function gather<T>(question: Question<T>): Promise<Gathered<T>> {
  const { members, ask, quorum, clock, background } = question;
  const { promise, resolve } = Promise.withResolvers<void>();
  const answers: Answer<T>[] = [];
  const failures: NamedFailure[] = [];
  const start = clock.now();
  const open = new Set(members);
  let weight = 0n;
  let isOver = false;

  async function askOne(member: Member): Promise<void> {
    const result = await answerOf(ask, member, () => !isOver);
    open.delete(member);
    if (isOver) return;
    if (result.ok) {
      answers.push({ member, value: result.value });
      weight += member.weight;
    } else {
      failures.push({ name: member.name, weight: member.weight, failure: result.error });
    }
    if (open.size === 0) return resolve();
    if (weight < quorum) return;
    if ([...open].every(({ health }) => health.isSuspect())) resolve();
    else if (result.ok) background.add(endAfterGrace());
  }

  async function endAfterGrace(): Promise<void> {
    await clock.sleep(duration((clock.now() - start) / graceDivisor + 1_000n));
    resolve();
  }

  for (const member of members) background.add(askOne(member));
  if (members.length > 0) await promise;
  isOver = true;
  return { answers: [...answers], failures: [...failures], weight };
}

async function answerOf<T>(
  ask: Ask<T>,
  member: Member,
  isWanted: () => boolean,
): Promise<Result<T, Failure>> {
  try {
    return await ask(member, isWanted);
  } catch (error) {
    return reject(failureFrom(error));
  }
}

/** Members whose answers are none of a quorum's count among those that failed. */
function dissent<T>(groups: ReadonlyMap<string, readonly Answer<T>[]>): readonly NamedFailure[] {
  return [...groups].flatMap(([key, group]) =>
    group.map(({ member: { name, weight } }) => ({
      name,
      weight,
      failure: { kind: 'other-answer', found: key, expected: 'the answer of a quorum' },
    })),
  );
}

/** What those who answered weigh together. */
export function weigh<T>(answers: readonly Answer<T>[]): bigint {
  return weightOf(answers.map(({ member }) => member));
}

function weightOf(members: readonly Member[]): bigint {
  return members.reduce((sum, { weight }) => sum + weight, 0n);
}
