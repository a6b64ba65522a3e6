import { multiLeader, type Round } from '#protocol/block/round.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { type Random, randomFrom } from '#test/simulation/random.ts';
import { type TestCommittee, type TestValidator, testCommittee } from '#test/support/committee.ts';
import { seconds, singleLeaderIn } from '#test/support/managers.ts';
import { firstChainOwned, type Reshape, weighted } from '#test/support/reshaped.ts';

/** Who takes part in a random schedule. */
export interface Troupe {
  readonly committee: TestCommittee;
  readonly seats: Committee;
  readonly honest: readonly TestValidator[];
  /** They sign whatever anybody signs, and worse. */
  readonly cheats: readonly TestValidator[];
  readonly random: Random;
}

export interface TroupeOptions {
  readonly seed: number;
  readonly weights: readonly bigint[];
  /** The seats that cheat. */
  readonly cheating: readonly number[];
}

const multiLeaderRounds = 8;

/** A chain of a super owner and two regular ones, in whose rounds everything may happen. */
const contended: Reshape = firstChainOwned(([first, second, third]) => ({
  superOwners: first ? [first] : [],
  owners: [second, third].flatMap((owner) => (owner ? [{ owner, weight: 1n }] : [])),
  multiLeaderRounds,
  timeouts: { fast: seconds(5n), base: seconds(5n), increment: seconds(1n), fallback: undefined },
}));

export function troupe({ seed, weights, cheating }: TroupeOptions): Troupe {
  const committee = testCommittee({
    validators: weights.length,
    nonce: seed % 256,
    reshape: (genesis) => weighted(weights)(contended(genesis)),
  });
  const seats = committee.network.committee(epoch(0));
  if (!seats) throw new Error('a network has its first committee');
  const isCheat = ({ seat }: TestValidator) => cheating.includes(seat);
  return {
    committee,
    seats,
    honest: committee.validators.filter((one) => !isCheat(one)),
    cheats: committee.validators.filter(isCheat),
    random: randomFrom(seed),
  };
}

/** The rounds that proposals try, whatever is current. */
export const triedRounds: readonly Round[] = [
  { kind: 'fast' },
  ...Array.from({ length: multiLeaderRounds }, (_, number) => multiLeader(number)),
  singleLeaderIn(0),
  singleLeaderIn(1),
];
