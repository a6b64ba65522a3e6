import type { Ownership } from '../block/ownership.ts';
import { fastRound, isSameRound, laterRound, multiLeader, type Round } from '../block/round.ts';
import { type Duration, duration, type Timestamp, timestamp } from '../primitives/numbers.ts';
import type { Lock, Manager } from './manager.ts';

/** The longest a round lasts: 60 s. */
export const roundMax: Duration = duration(60_000_000n);

/** The round in which every height of a chain begins. */
export function firstRound({ superOwners, owners, multiLeaderRounds }: Ownership): Round {
  if (superOwners.length > 0) return fastRound;
  if (owners.length === 0) return { kind: 'validator', number: 0 };
  return multiLeaderRounds > 0 ? multiLeader(0) : { kind: 'single-leader', number: 0 };
}

/** The round that follows when `round` times out. */
export function roundAfter(round: Round, { multiLeaderRounds }: Ownership): Round {
  const singleLeader: Round = { kind: 'single-leader', number: 0 };
  switch (round.kind) {
    case 'fast':
      return multiLeaderRounds > 0 ? multiLeader(0) : singleLeader;
    case 'multi-leader':
      return round.number + 1 < multiLeaderRounds ? multiLeader(round.number + 1) : singleLeader;
    case 'single-leader':
    case 'validator':
      return { kind: round.kind, number: round.number + 1 };
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

/** How long `round` lasts, or undefined if it never times out. */
export function roundDuration(round: Round, ownership: Ownership): Duration | undefined {
  const { fast, base, increment } = ownership.timeouts;
  if (round.kind === 'fast') {
    const leavable = ownership.owners.length > 0 || ownership.multiLeaderRounds === 0;
    return leavable && fast !== undefined ? shorter(fast) : undefined;
  }
  return shorter(base + BigInt(round.number) * increment);
}

/** `manager` with a deadline for its current round: the one it has, or one that starts now. */
export function withDeadline(manager: Manager, ownership: Ownership, now: Timestamp): Manager {
  const round = currentRound(manager, ownership);
  if (manager.deadline && isSameRound(manager.deadline.round, round)) return manager;
  const lasts = roundDuration(round, ownership);
  if (lasts === undefined) return { ...manager, deadline: undefined };
  return { ...manager, deadline: { round, at: timestamp(now + lasts) } };
}

function shorter(length: bigint): Duration {
  return length < roundMax ? duration(length) : roundMax;
}
