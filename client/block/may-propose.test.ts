import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import { fastRound, multiLeader, type Round, roundText } from '#protocol/block/round.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import { emptyManager, type Manager } from '#protocol/manager/manager.ts';
import { checkProposalRound } from '#protocol/manager/propose.ts';
import { currentRound, firstRound, roundAfter } from '#protocol/manager/rounds.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { mayPropose } from './may-propose.ts';

const key = (fill: number) =>
  ({ scheme: 'ed25519', bytes: new Uint8Array(32).fill(fill) }) as const;
const owner = (fill: number) => ownerOf(key(fill));
const weighted = (...fills: readonly number[]) =>
  fills.map((fill) => ({ owner: owner(fill), weight: 1n }));
const wallet = walletOwnership(owner(1));

const ownerships: readonly Ownership[] = [
  wallet,
  { ...wallet, owners: weighted(2, 3) },
  { ...wallet, multiLeaderRounds: 0, owners: weighted(2) },
  { ...wallet, superOwners: [], owners: weighted(2, 3), firstLeader: owner(4) },
  { ...wallet, superOwners: [], owners: weighted(2), openMultiLeader: true },
  { ...wallet, superOwners: [owner(1), owner(2)], multiLeaderRounds: 2 },
];

const rounds: readonly Round[] = [
  fastRound,
  ...[0, 1, 4, 5].map(multiLeader),
  ...[0, 1, 2].map((number) => ({ kind: 'single-leader', number }) as const),
  { kind: 'validator', number: 0 },
];

const chain = '3'.repeat(64) as ChainId;
const committee: Committee = { seats: [], totalVotes: 4n, quorum: 3n, validity: 2n };

/** A manager at the beginning, and after each of so many time-outs. */
function managersOf(ownership: Ownership): readonly Manager[] {
  const managers: Manager[] = [emptyManager];
  let round = firstRound(ownership);
  for (let count = 0; count < 9; count++) {
    const held = { kind: 'inline', bytes: new Uint8Array() } as const;
    managers.push({ ...emptyManager, timeout: { round, held } });
    round = roundAfter(round, ownership);
  }
  return managers;
}

test('a client thinks of a proposal as validators do that know what it knows', () => {
  let open = 0;
  for (const ownership of ownerships) {
    const place = { ownership, committee, chain, height: blockHeight(7n) };
    for (const manager of managersOf(ownership)) {
      const current = currentRound(manager, ownership);
      for (const round of rounds) {
        for (const fill of [1, 2, 3, 4, 5]) {
          const proposed = { proposal: { round, publicKey: key(fill) }, proposer: owner(fill) };
          const judged = checkProposalRound(manager, place, proposed);
          const may = mayPropose(place, owner(fill), { current, round });
          const where = `${roundText(round)} by ${fill} in ${roundText(current)}`;
          assert.equal(may, judged.ok, where);
          if (may) open++;
        }
      }
    }
  }
  assert.ok(open > 100, `${open} proposals are allowed`);
});
