import type { TimeoutCertificate } from '#protocol/block/certificate.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import {
  fallbackRound,
  fastRound,
  multiLeader,
  type Round,
  roundNumberMax,
} from '#protocol/block/round.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { confirm, pay, proposeRequest } from '#test/support/drive.ts';
import { forgedTimeout } from '#test/support/forgery.ts';
import { leading, leave, ownedChain } from '#test/support/led-rounds.ts';
import { singleLeader, validatorIn } from '#test/support/managers.ts';
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
  | 'not-the-leader'
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

/** Sends a certificate that the whole committee signed against the rules. */
function provokeForged(round: Round): Provoke {
  return async () => {
    const { committee, alice, validators } = staged();
    const certificate = await forgedTimeout(committee, { chain: alice.chain, round });
    return await refusedUnchanged(validators[0], { kind: 'timeout', certificate });
  };
}

const notDrawn: Provoke = async () => {
  const { committee, alice, bob, validators } = ownedChain('regular');
  await leave(committee, alice);
  const signers = [alice.signer, bob.signer];
  const { others } = await leading(committee, alice, { round: singleLeader, signers });
  const [signer = bob.signer] = others;
  const changed = { signer: ownerOf(signer.publicKey) };
  const options = { round: singleLeader, signer, changed };
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)], options);
  return await refusedUnchanged(validators[0], proposeRequest(proposal));
};

const withoutSuperOwners = firstChainOwned(([first]) => ({
  superOwners: [],
  owners: first ? [{ owner: first, weight: 1n }] : [],
}));

export const ofRounds: CasesOf<Kinds> = {
  'not-the-leader': { 'an owner that was not drawn for the round': notDrawn },
  'round-not-reached': { 'giving up a later round': provokeTimeout(multiLeader(2)) },
  'never-times-out': {
    "giving up the fast round of a wallet's chain": provokeTimeout(fastRound),
    'the fallback of a chain without one': provokeTimeout(fallbackRound),
    'a certificate of a fast round that never ends': provokeForged(fastRound),
    'a certificate of a round that the chain does not have': provokeForged(multiLeader(5)),
    'a certificate of the fallback of a chain without one': provokeForged(fallbackRound),
    'a certificate of the last round of validators': provokeForged(validatorIn(roundNumberMax)),
  },
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
