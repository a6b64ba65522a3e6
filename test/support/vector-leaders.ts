import { ownerOf, ownerText } from '#protocol/block/owner.ts';
import { type Round, roundNumberMax, roundText } from '#protocol/block/round.ts';
import { committeeFrom } from '#protocol/committee/committee.ts';
import { drawOf, leaderOf } from '#protocol/manager/leader.ts';
import { sharedChain, singleLeaderIn, validatorIn } from './managers.ts';
import { members } from './sample-blocks.ts';
import { owners } from './sample-parts.ts';
import { chainNamed, height } from './store-values.ts';

/** Who leads a round: the draw is a 128-bit number, candidates are in their order. */
export interface LeaderVector {
  readonly chain: string;
  readonly height: string;
  readonly round: string;
  readonly draw: string;
  readonly candidates: readonly { readonly owner: string; readonly weight: string }[];
  readonly leader: string;
}

const weights = [3n, 1n, 5n];
const ownership = {
  ...sharedChain,
  owners: [owners.key, owners.evm, owners.application].map((owner, index) => ({
    owner,
    weight: weights[index] ?? 1n,
  })),
};
const committee = committeeOfMembers();

function committeeOfMembers() {
  const seats = members.map(({ signer, weight }) => ({ publicKey: signer.publicKey, weight }));
  const made = committeeFrom(seats);
  if (!made.ok) throw new Error(made.error.found);
  return made.value;
}

const rounds: readonly Round[] = [
  ...[0, 1, 2, 3, roundNumberMax].map(singleLeaderIn),
  ...[0, 1, 2, 3].map(validatorIn),
];

export const leaderVectors: readonly LeaderVector[] = rounds.map((round, index) => {
  const led = { chain: chainNamed('chain'), height: height(index * 1000), round };
  const leader = leaderOf(ownership, committee, led);
  const candidates = round.kind === 'validator' ? seatOwners() : ownership.owners;
  return {
    chain: led.chain,
    height: `${led.height}`,
    round: roundText(round),
    draw: drawOf(led).toString(16).padStart(32, '0'),
    candidates: candidates.map(({ owner, weight }) => ({
      owner: ownerText(owner),
      weight: `${weight}`,
    })),
    leader: leader ? ownerText(leader) : '',
  };
});

function seatOwners() {
  return committee.seats.map(({ publicKey, weight }) => ({ owner: ownerOf(publicKey), weight }));
}
