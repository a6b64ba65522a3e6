import { guards } from '#test/mutants/guards.ts';
import type { Bug } from './bug.ts';
import { messageBugs } from './of-messages.ts';
import { proposalBugs } from './of-proposals.ts';
import { roundBugs } from './of-rounds.ts';
import { storeBugs } from './of-stores.ts';

/** Guards that worlds miss as well when they are gone. */
const missed = new Set<string>([
  'a certificate has a quorum, not one vote less',
  'each seat counts once',
  'an invalid signature refuses a request',
  'an undecided signature accepts nothing',
  'a proposal is signed for one network',
  'the fence: a head replaces the one it was decided on',
  'a vote leaves after its decision is saved',
  'whoever loses the race for a head discards its vote',
  'a validator whose store is another does not vote',
  'a chain that begins to owe is marked first',
  'a block above a gap delivers its envelopes',
  'one vote to validate in a round',
  'a proposal is above the lock',
  'what was voted to confirm stays unless a newer quorum says otherwise',
  'a proposal is not behind the current round',
  'a confirm vote is for the current round',
  'a round times out after its deadline',
  'only the leader proposes in a led round',
  'a led round is opened by a timeout certificate alone',
  'the fallback waits for its time',
  'a certificate that leaves the head is stored',
  'a block is stored with what opened its last votes',
  'the cursor: a bundle is taken once',
  'a bundle that may not be skipped is not skipped',
  'a bundle comes from the block that its row names',
  'a bundle is as its sender sent it',
  "a vote needs the sender's block stored here",
  'nobody spends what he does not have',
  "only its owner spends an account's money",
  'nobody moves the tokens of another',
  'a proposer claims the outcome that there is',
  "a block's time is not ahead of the clock",
  "a block's time is waited for",
  'a message moves nothing without the authority it carries',
  'a withdrawal that came back takes nothing',
  'a claim is asked in the name of whoever signs it',
  "a claim's grant is taken from somebody",
  'what is left of a grant is given back',
  'an allowance is used up',
  'only its spender uses an allowance',
  'the balance of an opened chain is taken from its parent',
  'a closed chain does nothing of its own',
  'a closed chain accepts only what came back',
  'new owners rule from the next block on',
  'nobody pays a part of what cannot be paid',
  'the grant pays first',
  'what was paid is counted as burned',
  'a chain pays fees for its owners alone',
  'a vote names its height',
  'a retry is signed with what it retries',
]);

export const bugs: readonly Bug[] = [
  ...guards.filter(({ name }) => missed.has(name)),
  ...roundBugs,
  ...proposalBugs,
  ...messageBugs,
  ...storeBugs,
];
