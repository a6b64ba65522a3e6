import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { pay, proposeRequest } from '#test/support/drive.ts';
import { accepted, proposed, refusedUnchanged, timeoutRequest } from '#test/support/requests.ts';
import { height } from '#test/support/store-values.ts';
import { type CasesOf, type Provoke, staged } from './cases.ts';

type Kinds = 'round-not-reached' | 'never-times-out' | 'too-early';

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

export const ofRounds: CasesOf<Kinds> = {
  'round-not-reached': { 'giving up a later round': provokeTimeout(multiLeader(2)) },
  'never-times-out': { "giving up the fast round of a wallet's chain": provokeTimeout(fastRound) },
  'too-early': {
    'giving up the current round before its deadline': provokeTimeout(multiLeader(1)),
  },
};
