import type { TimeoutCertificate } from '#protocol/block/certificate.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { confirm, pay, proposeRequest } from '#test/support/drive.ts';
import {
  accepted,
  giveUp,
  proposed,
  refusedUnchanged,
  timeoutRequest,
} from '#test/support/requests.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { height } from '#test/support/store-values.ts';
import { type CasesOf, type Provoke, staged } from './cases.ts';

type Kinds =
  | 'round-not-reached'
  | 'never-times-out'
  | 'too-early'
  | 'height-ahead'
  | 'height-passed'
  | 'wrong-epoch'
  | 'not-a-quorum'
  | 'invalid-signature';

/** Asks for a timeout while multi-leader 1 is current and its deadline has not passed. */
function provokeTimeout(round: Round): Provoke {
  return async () => {
    const { committee, alice, bob, validators } = staged();
    const options = { round: multiLeader(1) };
    const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)], options);
    await accepted(validators[0], proposeRequest(proposal));
    const request = await timeoutRequest(committee, alice, { height: height(0), round });
    return await refusedUnchanged(validators[0], request);
  };
}

/** Sends a certificate that multi-leader 0 was given up, changed, to a validator without it. */
function provokeCertificate(
  change: (certificate: TimeoutCertificate) => Partial<TimeoutCertificate>,
  options: { readonly after?: 'a block' } = {},
): Provoke {
  return async () => {
    const { committee, alice, bob, validators } = staged({ reshape: withoutSuperOwners });
    const others = validators.slice(0, 3);
    const certificate = await giveUp(committee, others, alice, multiLeader(0));
    if (options.after) await confirm(committee, alice, [pay(bob.chain, 1n)]);
    const changed = { ...certificate, ...change(certificate) };
    return await refusedUnchanged(validators[3], { kind: 'timeout', certificate: changed });
  };
}

const withoutSuperOwners = firstChainOwned(([first]) => ({
  superOwners: [],
  owners: first ? [{ owner: first, weight: 1n }] : [],
}));

export const ofRounds: CasesOf<Kinds> = {
  'round-not-reached': { 'giving up a later round': provokeTimeout(multiLeader(2)) },
  'never-times-out': { "giving up the fast round of a wallet's chain": provokeTimeout(fastRound) },
  'too-early': {
    'giving up the current round before its deadline': provokeTimeout(multiLeader(1)),
  },
  'height-ahead': {
    'a timeout certificate above the next height': provokeCertificate(() => ({
      height: height(1),
    })),
  },
  'height-passed': {
    'a timeout certificate of a height that has its block': provokeCertificate(() => ({}), {
      after: 'a block',
    }),
  },
  'wrong-epoch': {
    'a timeout certificate of another epoch': provokeCertificate(() => ({ epoch: epoch(1) })),
  },
  'not-a-quorum': {
    'two of four votes to give up': provokeCertificate(({ signatures }) => ({
      signatures: signatures.slice(1),
    })),
  },
  'invalid-signature': {
    'votes to give up another round': provokeCertificate(() => ({ round: multiLeader(1) })),
  },
};
