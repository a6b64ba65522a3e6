import type { Decoded } from '../encoding/codec.ts';
import { bool, u32, u64 } from '../encoding/integers.ts';
import { durationCodec } from '../encoding/numbers.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { duration } from '../primitives/numbers.ts';
import { type AccountOwner, accountOwnerCodec, isSameOwner } from './owner.ts';

/** Most owners of either sort that a chain may have. */
export const ownersMax = 256;

/** How long rounds last before they may time out, in microseconds; none lasts over 60 s. */
export const timeoutConfigCodec = struct({
  /** Of the fast round; none: it does not time out. */
  fast: option(durationCodec),
  /** Of the first multi-leader and the first single-leader round. */
  base: durationCodec,
  /** Added for each further round. */
  increment: durationCodec,
  /** After which validators may propose; none: never. */
  fallback: option(durationCodec),
});
export type TimeoutConfig = Decoded<typeof timeoutConfigCodec>;

/** An owner that may propose in the rounds open to regular owners, and its weight in the draw. */
export const weightedOwnerCodec = struct({ owner: accountOwnerCodec, weight: u64 });

/** Who may propose on a chain, and when. Both lists are strictly sorted by encoded owner. */
export const ownershipCodec = struct({
  superOwners: vector(accountOwnerCodec, ownersMax),
  owners: vector(weightedOwnerCodec, ownersMax),
  /** Leads single-leader 0 in place of whom the draw names. */
  firstLeader: option(accountOwnerCodec),
  multiLeaderRounds: u32,
  /** Whether anyone may propose in multi-leader rounds. */
  openMultiLeader: bool,
  timeouts: timeoutConfigCodec,
});
export type Ownership = Decoded<typeof ownershipCodec>;

/** What a wallet's chain starts with: rounds of 10 s, each a second longer than the last. */
export const walletTimeouts: TimeoutConfig = {
  fast: undefined,
  base: duration(10_000_000n),
  increment: duration(1_000_000n),
  fallback: undefined,
};

/** Ownership of a wallet's chain: its owner as super owner, and five multi-leader rounds. */
export function walletOwnership(owner: AccountOwner): Ownership {
  return {
    superOwners: [owner],
    owners: [],
    firstLeader: undefined,
    multiLeaderRounds: 5,
    openMultiLeader: false,
    timeouts: walletTimeouts,
  };
}

export function isSuperOwner(ownership: Ownership, owner: AccountOwner): boolean {
  return ownership.superOwners.some((one) => isSameOwner(one, owner));
}

export function isRegularOwner({ owners }: Ownership, owner: AccountOwner): boolean {
  return owners.some((one) => isSameOwner(one.owner, owner));
}

/** Whether `owner` is an owner of either sort, or the first leader. */
export function isOwner(ownership: Ownership, owner: AccountOwner): boolean {
  const { firstLeader } = ownership;
  if (isSuperOwner(ownership, owner) || isRegularOwner(ownership, owner)) return true;
  return firstLeader !== undefined && isSameOwner(firstLeader, owner);
}
