import { roundDurationMax } from '../block/check-ownership.ts';
import type { Ownership } from '../block/ownership.ts';
import {
  compareRounds,
  fastRound,
  isFallback,
  isSameRound,
  laterRound,
  multiLeader,
  type Round,
  roundNumberMax,
} from '../block/round.ts';
import { type Duration, duration, type Timestamp, timestamp } from '../primitives/numbers.ts';
import type { Lock, Manager } from './manager.ts';

/** The longest a round lasts: 60 s. */
export const roundMax: Duration = duration(roundDurationMax);

/** The round in which every height of a chain begins. */
export function firstRound({ superOwners, owners, multiLeaderRounds }: Ownership): Round {
  if (superOwners.length > 0) return fastRound;
  if (owners.length === 0) return { kind: 'validator', number: 0 };
  return multiLeaderRounds > 0 ? multiLeader(0) : { kind: 'single-leader', number: 0 };
}

/** The round that follows when `round` times out; the last validator round has none behind it. */
export function roundAfter(round: Round, { multiLeaderRounds }: Ownership): Round {
  const singleLeader: Round = { kind: 'single-leader', number: 0 };
  switch (round.kind) {
    case 'fast':
      return multiLeaderRounds > 0 ? multiLeader(0) : singleLeader;
    case 'multi-leader':
      return round.number + 1 < multiLeaderRounds ? multiLeader(round.number + 1) : singleLeader;
    case 'single-leader':
      if (isFallback(round)) return { kind: 'validator', number: 0 };
      return { kind: 'single-leader', number: round.number + 1 };
    case 'validator':
      return round.number < roundNumberMax
        ? { kind: 'validator', number: round.number + 1 }
        : round;
  }
}

/**
 * The round a height is in. It never falls, for each of what it is the greatest of only grows.
 *
 * Source: DESIGN, Rounds. A refused proposal counts for nothing here.
 */
export function currentRound(manager: Manager, ownership: Ownership): Round {
  let current = firstRound(ownership);
  if (manager.timeout) current = laterRound(current, roundAfter(manager.timeout.round, ownership));
  if (manager.lock) current = laterRound(current, lockRound(manager.lock));
  if (manager.accepted) current = laterRound(current, manager.accepted.round);
  return current;
}

export function lockRound(lock: Lock): Round {
  return lock.kind === 'fast' ? fastRound : lock.round;
}

/**
 * How long `round` lasts, or undefined if it never times out: because the chain has no such round,
 * because nobody else could propose behind it, or because no round is behind it.
 */
export function roundDuration(round: Round, ownership: Ownership): Duration | undefined {
  const { fast, base, increment } = ownership.timeouts;
  if (compareRounds(round, firstRound(ownership)) < 0) return undefined;
  switch (round.kind) {
    case 'fast': {
      const leavable = ownership.owners.length > 0 || ownership.multiLeaderRounds === 0;
      return leavable && fast !== undefined ? shorter(fast) : undefined;
    }
    case 'multi-leader':
      if (round.number >= ownership.multiLeaderRounds) return undefined;
      break;
    case 'single-leader':
    case 'validator':
      if (round.number === roundNumberMax) return undefined;
  }
  return shorter(base + BigInt(round.number) * increment);
}

/** Whether `round` can be given up: it has an end, or is the fallback of a chain that has one. */
export function canTimeOut(round: Round, ownership: Ownership): boolean {
  if (!isFallback(round)) return roundDuration(round, ownership) !== undefined;
  return ownership.timeouts.fallback !== undefined && firstRound(ownership).kind !== 'validator';
}

/**
 * `manager` after something that an owner signed for the height: the fallback's time begins with
 * the first. No validator alone can begin it, or it could take idle chains from their owners.
 */
export function begun(manager: Manager, now: Timestamp): Manager {
  return manager.since === undefined ? { ...manager, since: now } : manager;
}

/**
 * `manager` with a deadline for its current round. One that there is already stays, so that no
 * request postpones anything.
 */
export function withDeadline(manager: Manager, ownership: Ownership, now: Timestamp): Manager {
  const round = currentRound(manager, ownership);
  const lasts = roundDuration(round, ownership);
  const armed = manager.deadline;
  const stands = armed ? isSameRound(armed.round, round) : lasts === undefined;
  if (stands) return manager;
  const started = lasts === undefined ? undefined : { round, at: timestamp(now + lasts) };
  return { ...manager, deadline: started };
}

function shorter(length: bigint): Duration {
  return length < roundMax ? duration(length) : roundMax;
}
