import type { Signer } from '#ports/signer.ts';
import { type AccountOwner, accountOwnerCodec, ownerOf, ownerText } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { duration } from '#protocol/primitives/numbers.ts';

/** Who owns a chain that is driven, from which devices, and in which rounds it begins. */
export const chainPlans = [
  'wallet',
  'fast wallet',
  /** One key on two devices, neither of which uses fast rounds. */
  'shared',
  /** One key on two devices that both use fast rounds: it may get stuck, but never forks. */
  'torn',
  /** A super owner in fast rounds, and a regular owner who may take over. */
  'relayed',
  /** Two regular owners who propose at the same time, in rounds enough. */
  'contended',
  /** Two super owners, and no other. */
  'supers',
  /** Three regular owners of different weights, with few rounds for all. */
  'weighted',
  /** A super owner and two regular ones, with few rounds for all. */
  'mixed',
  /** An owner, and a stranger who may propose in multi-leader rounds. */
  'open',
  /** Two regular owners, each of whom leads some rounds. */
  'led',
  /** Three regular owners, of whom the one that leads most often is dead. */
  'absent',
  /** Its owner never proposes: validators take over once the fallback time has passed. */
  'orphaned',
  /** Two owners who change who owns the chain. */
  'governed',
  /** Its owner lies. */
  'two-faced',
] as const;
export type ChainPlan = (typeof chainPlans)[number];

/** The keys of a plan, by number, and which of them has a device; a key may have two. */
interface Cast {
  readonly keys: number;
  readonly devices: readonly number[];
}

const one: Cast = { keys: 1, devices: [0] };
const twice: Cast = { keys: 1, devices: [0, 0] };
const two: Cast = { keys: 2, devices: [0, 1] };
const three: Cast = { keys: 3, devices: [0, 1, 2] };

export const castOf: Readonly<Record<ChainPlan, Cast>> = {
  wallet: one,
  'fast wallet': one,
  shared: twice,
  torn: twice,
  relayed: two,
  contended: two,
  supers: two,
  weighted: three,
  mixed: three,
  open: two,
  led: two,
  absent: { keys: 3, devices: [0, 1] },
  orphaned: { keys: 1, devices: [] },
  governed: two,
  'two-faced': one,
};

const short: Ownership['timeouts'] = {
  fast: duration(2_000_000n),
  base: duration(1_500_000n),
  increment: duration(250_000n),
  fallback: undefined,
};

/** What only some of the owners' sorts are, in the shape that the others share. */
function shaped(
  supers: readonly AccountOwner[],
  owners: readonly AccountOwner[],
  changed: Partial<Ownership> = {},
): Ownership {
  return {
    superOwners: sorted(supers),
    owners: sorted(owners).map((owner) => ({ owner, weight: 1n })),
    firstLeader: undefined,
    multiLeaderRounds: 2,
    openMultiLeader: false,
    timeouts: short,
    ...changed,
  };
}

/** The ownership of a chain with this plan; its keys are given in the order of the plan's cast. */
export function ownershipOf(plan: ChainPlan, keys: readonly Signer[]): Ownership {
  const all = keys.map(({ publicKey }) => ownerOf(publicKey));
  const [first, ...others] = all;
  if (!first) throw new Error('a chain has an owner');
  switch (plan) {
    case 'wallet':
    case 'fast wallet':
    case 'shared':
    case 'torn':
      return walletOwnership(first);
    case 'relayed':
      return shaped([first], others, { multiLeaderRounds: 500 });
    case 'contended':
      return shaped([], all, { multiLeaderRounds: 500 });
    case 'governed':
    case 'two-faced':
      return shaped([], all);
    case 'supers':
      return shaped(all, []);
    case 'weighted':
      return weighted(all, [1n, 2n, 5n]);
    case 'mixed':
      return shaped([first], others);
    case 'open':
      return shaped([], [first], { openMultiLeader: true, multiLeaderRounds: 4 });
    case 'led':
      return shaped([], all, { multiLeaderRounds: 0 });
    case 'absent':
      return { ...weighted(all, [1n, 1n, 4n]), firstLeader: all[2], multiLeaderRounds: 0 };
    case 'orphaned':
      return shaped([], all, {
        multiLeaderRounds: 0,
        timeouts: { ...short, fallback: duration(8_000_000n) },
      });
  }
}

/** Shapes that a governed chain may be given. */
export function reshaped(all: readonly AccountOwner[], which: number): Ownership {
  const [first, ...others] = all;
  if (!first) throw new Error('a chain has an owner');
  const shapes = [
    shaped([first], others),
    shaped(others, [first]),
    shaped([], all),
    shaped(all, []),
    shaped([], all, { multiLeaderRounds: 0 }),
    shaped([first], others, { multiLeaderRounds: 0 }),
    shaped([], all, { multiLeaderRounds: 0, firstLeader: first }),
  ];
  return shapes[which % shapes.length] as Ownership;
}

function weighted(owners: readonly AccountOwner[], weights: readonly bigint[]): Ownership {
  const byName = new Map(owners.map((owner, index) => [ownerText(owner), weights[index] ?? 1n]));
  return {
    ...shaped([], owners),
    owners: sorted(owners).map((owner) => ({ owner, weight: byName.get(ownerText(owner)) ?? 1n })),
  };
}

function sorted(owners: readonly AccountOwner[]): readonly AccountOwner[] {
  return owners.toSorted((a, b) =>
    compareBytes(encode(accountOwnerCodec, a), encode(accountOwnerCodec, b)),
  );
}
