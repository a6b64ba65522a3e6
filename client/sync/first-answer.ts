import type { Clock } from '#ports/clock.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';
import type { Background } from './background.ts';
import type { Member } from './members.ts';

/** A question to which one good answer is enough. */
export interface SingleQuestion<T> {
  readonly members: readonly Member[];
  readonly clock: Clock;
  readonly background: Background;
  /** Asks one member; undefined if what it gives is of no use. */
  ask(member: Member, isWanted: () => boolean): Promise<T | undefined>;
  /** The next member is not asked sooner than that. */
  readonly hedgeAfter?: Duration;
}

/** How late it may be noticed that a question is answered. */
const step = duration(20_000n);

/**
 * The first good answer. The best member is asked first, the next one when that takes longer than
 * it should, or at once when it fails.
 */
export async function firstAnswer<T>(question: SingleQuestion<T>): Promise<T | undefined> {
  const { clock, background, hedgeAfter = duration(0n) } = question;
  const ranked = byHealth(question.members);
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  let open = 0;
  let next = 0;
  let isOver = false;

  function end(value: T | undefined): void {
    isOver = true;
    resolve(value);
  }

  async function askOne(member: Member): Promise<void> {
    open++;
    const value = await question.ask(member, () => !isOver).catch(() => undefined);
    open--;
    if (isOver) return;
    if (value !== undefined) end(value);
    else if (next < ranked.length) askNext();
    else if (open === 0) end(undefined);
  }

  async function hedge(turn: number, member: Member): Promise<void> {
    const expected = member.health.expected();
    const until = clock.now() + (expected > hedgeAfter ? expected : hedgeAfter);
    const isDue = () => !isOver && next === turn && next < ranked.length;
    // In steps, so that a client that closes does not wait for what nobody wants any more.
    for (let left = until - clock.now(); left > 0n && isDue(); left = until - clock.now()) {
      await clock.sleep(left < step ? duration(left) : step);
    }
    if (isDue()) askNext();
  }

  function askNext(): void {
    const member = ranked[next++];
    if (!member) {
      end(undefined);
      return;
    }
    background.add(askOne(member));
    if (next < ranked.length) background.add(hedge(next, member));
  }

  askNext();
  return await promise;
}

/** Those that failed lately come last, then who answers sooner comes first. */
export function byHealth(members: readonly Member[]): readonly Member[] {
  return members
    .map((member) => ({
      member,
      isSuspect: member.health.isSuspect(),
      expected: member.health.expected(),
    }))
    .sort((a, b) => Number(a.isSuspect) - Number(b.isSuspect) || Number(a.expected - b.expected))
    .map(({ member }) => member);
}
