import type { AccountOwner } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { seconds, singleLeaderIn } from '#test/support/managers.ts';

/** Who may propose on a chain: each has rounds of its own, and ways of its own to get stuck. */
export type Shape = 'super' | 'super-and-regular' | 'multi-leader' | 'single-leader';

export const shapes: readonly Shape[] = [
  'super',
  'super-and-regular',
  'multi-leader',
  'single-leader',
];

const timeouts = { base: seconds(5n), increment: seconds(1n), fallback: undefined };

/** The ownership of a shape; `first` proposes everything, as a faulty owner may. */
export function ownershipOf(
  shape: Shape,
  [first, second]: readonly AccountOwner[],
): Partial<Ownership> {
  if (!first || !second) throw new Error('a chain has two owners at most');
  const superOwners = shape.startsWith('super') ? [first] : [];
  const regular = { super: [], 'super-and-regular': [second] } as const;
  const owners = shape === 'super' || shape === 'super-and-regular' ? regular[shape] : [first];
  return {
    superOwners,
    owners: owners.map((owner) => ({ owner, weight: 1n })),
    multiLeaderRounds: shape === 'single-leader' ? 0 : 2,
    timeouts: { ...timeouts, fast: shape === 'super-and-regular' ? seconds(5n) : undefined },
  };
}

/** The first rounds of a height, as many as are explored. */
export function roundsOf(shape: Shape, count: number): readonly Round[] {
  const fast = shape.startsWith('super') ? [fastRound] : [];
  const many = shape === 'single-leader' ? [] : [multiLeader(0), multiLeader(1)];
  const single = [0, 1, 2, 3].map(singleLeaderIn);
  return [...fast, ...many, ...single].slice(0, count);
}
