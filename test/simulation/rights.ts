import { isSameOwner } from '#protocol/block/owner.ts';
import {
  isOwner,
  isRegularOwner,
  isSuperOwner,
  type Ownership,
} from '#protocol/block/ownership.ts';
import { compareRounds, fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { seatOf } from '#protocol/committee/committee.ts';
import { leaderOf } from '#protocol/manager/leader.ts';
import { firstRound } from '#protocol/manager/rounds.ts';
import type { Device } from './device.ts';
import type { ChainPlan } from './plans.ts';
import type { Held } from './take-over.ts';

/** A height that a device is at, and what validators hold for it. */
export interface Place {
  readonly device: Device;
  readonly head: ChainHead;
  readonly ownership: Ownership;
  readonly held: Held;
}

type Owned = Pick<Place, 'device' | 'ownership'>;

const withoutFast: readonly ChainPlan[] = ['wallet', 'shared', 'supers'];

/**
 * Whether the device uses fast rounds: nobody else does, or its plan is to get stuck. A device
 * that lost its record never does again.
 */
export function usesFast({ device, ownership }: Owned): boolean {
  const { chain, owner, record, key } = device;
  const [first, ...others] = ownership.superOwners;
  if (!first || others.length > 0 || !isSameOwner(first, owner) || record.isRestored) return false;
  const devices = chain.devices.filter((one) => one === key);
  return !withoutFast.includes(chain.plan) && (devices.length === 1 || chain.plan === 'torn');
}

/** Whether the device may take part in the chain's rounds at all. */
export function takesPart({ device, ownership }: Owned): boolean {
  return ownership.openMultiLeader || mayGiveUp({ device, ownership });
}

/** Whether the device may ask for a round's end. */
export function mayGiveUp({ device, ownership }: Owned): boolean {
  const { committee, owner, signer } = device;
  return isOwner(ownership, owner) || seatOf(committee, signer.publicKey) !== undefined;
}

/** The round after fast in which the device may propose, and all can still vote. */
export function openRound(place: Place): Round | undefined {
  const { device, ownership, held, head } = place;
  const { round, taken } = held;
  if (round.kind === 'fast' || round.kind === 'multi-leader') {
    const mayLeave = round.kind !== 'fast' || isSuperOwner(ownership, device.owner);
    return mayLeave && mayShare(place) ? freeRound(held, ownership) : undefined;
  }
  if (taken && compareRounds(taken, round) >= 0) return undefined;
  if (round.kind === 'single-leader' && isSuperOwner(ownership, device.owner)) return round;
  // Some do not care whose turn it is.
  if (device.context.random.chance(0.05)) return round;
  const { chain, next: height } = head;
  const leader = leaderOf(ownership, device.committee, { chain, height, round });
  return leader && isSameOwner(leader, device.owner) ? round : undefined;
}

/** The round in which a height can be proposed for that nobody has begun. */
export function roundToBegin(owned: Owned): Round | undefined {
  const { ownership, device } = owned;
  const first = firstRound(ownership);
  if (first.kind === 'fast' && usesFast(owned)) return fastRound;
  const mayLeave = first.kind === 'multi-leader' || isSuperOwner(ownership, device.owner);
  return mayLeave && mayShare(owned) && ownership.multiLeaderRounds > 0
    ? multiLeader(0)
    : undefined;
}

/** Whether the last multi-leader round is taken: all have to give it up together. */
export function isBlocked(place: Place): boolean {
  const { held, ownership } = place;
  if (held.round.kind !== 'multi-leader' || !mayShare(place)) return false;
  return freeRound(held, ownership) === undefined;
}

function mayShare({ device: { owner }, ownership }: Owned): boolean {
  if (ownership.openMultiLeader || isRegularOwner(ownership, owner)) return true;
  return isSuperOwner(ownership, owner);
}

function freeRound({ round, taken }: Held, { multiLeaderRounds }: Ownership): Round | undefined {
  const current = round.kind === 'multi-leader' ? round.number : 0;
  const passed = taken?.kind === 'multi-leader' ? taken.number + 1 : 0;
  const number = passed > current ? passed : current;
  return number < multiLeaderRounds ? multiLeader(number) : undefined;
}
