import { strict as assert } from 'node:assert/strict';
import type { Signer } from '#ports/signer.ts';
import type { ValidatedCertificate } from '#protocol/block/certificate.ts';
import { isSameOwner, ownerOf } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import { leaderOf } from '#protocol/manager/leader.ts';
import { duration, epoch } from '#protocol/primitives/numbers.ts';
import { readHead } from '#worker/read-state.ts';
import {
  type TestCommittee,
  type TestOwner,
  type TestValidator,
  testCommittee,
} from './committee.ts';

import {
  accepted,
  cast,
  confirmBy,
  confirmedRequest,
  giveUp,
  type proposed,
  validate,
  validatedRequest,
} from './requests.ts';
import { firstChainOwned } from './reshaped.ts';

/** An hour, after which validators may propose. */
export const fallbackUs = 3_600_000_000n;

const timeouts: Ownership['timeouts'] = {
  fast: duration(5_000_000n),
  base: duration(10_000_000n),
  increment: duration(1_000_000n),
  fallback: duration(fallbackUs),
};

/** Owners by name, of either sort, of alice's chain, which has one multi-leader round. */
export function ownedChain(sort: 'regular' | 'super' | 'mixed', changed: Partial<Ownership> = {}) {
  const committee = testCommittee({
    reshape: firstChainOwned(([first, second]) => {
      const both = [first, second].flatMap((owner) => (owner ? [owner] : []));
      const [supers, regular] = {
        regular: [[], both],
        super: [both, []],
        mixed: [both.slice(0, 1), both.slice(1)],
      }[sort] as [typeof both, typeof both];
      const owners = regular.map((owner) => ({ owner, weight: 1n }));
      return { superOwners: supers, owners, multiLeaderRounds: 1, timeouts, ...changed };
    }),
  });
  return { committee, ...cast(committee) };
}

/** The ownership of a root chain. */
export function ownershipOf({ network }: TestCommittee, { chain }: TestOwner): Ownership {
  const description = network.describe(chain);
  assert(description, 'the chain is of the network');
  return description.config.ownership;
}

/** Who of `signers` leads the round of the chain's next block, and the others. */
export async function leading(
  committee: TestCommittee,
  owner: TestOwner,
  { round, signers }: { readonly round: Round; readonly signers: readonly Signer[] },
) {
  const head = await readHead((committee.validators[0] as TestValidator).ports, owner.chain);
  assert(head, 'the chain is known');
  const led = { chain: owner.chain, height: head.next, round };
  const drawn = leaderOf(ownershipOf(committee, owner), committee.network.committee(epoch(0)), led);
  const isDrawn = ({ publicKey }: Signer) =>
    drawn !== undefined && isSameOwner(ownerOf(publicKey), drawn);
  const leader = signers.find(isDrawn);
  assert(leader, 'one of them leads');
  return { leader, others: signers.filter((signer) => !isDrawn(signer)) };
}

/** All validators give up the rounds, one after another, and learn that the others did. */
export async function leave(
  committee: TestCommittee,
  owner: TestOwner,
  rounds: readonly Round[] = [multiLeader(0)],
): Promise<void> {
  for (const round of rounds) {
    const certificate = await giveUp(committee, committee.validators, owner, round);
    for (const one of committee.validators) await accepted(one, { kind: 'timeout', certificate });
  }
}

/** All validators agree on a proposal that is not of the fast round: its block is the tip. */
export async function settle(
  committee: TestCommittee,
  { proposal, block }: Awaited<ReturnType<typeof proposed>>,
): Promise<ValidatedCertificate> {
  const { validators } = committee;
  const validated = await validate(committee, validators, proposal);
  const request = validatedRequest(validated, block);
  const confirmed = await confirmBy(committee, validators, request);
  for (const one of validators) await accepted(one, confirmedRequest(confirmed, block));
  return validated;
}
