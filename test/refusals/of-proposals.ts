import type { Signer } from '#ports/signer.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { testStart } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest, send } from '#test/support/drive.ts';
import {
  accepted,
  proposed,
  refusedUnchanged,
  signedProposal,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { firstChainOwned, limitedTo, type Reshape } from '#test/support/reshaped.ts';
import { chainNamed, hashNamed, height } from '#test/support/store-values.ts';
import { type CasesOf, nobody, type Provoke, provokeBlock, staged } from './cases.ts';

type Kinds =
  | 'unknown-chain'
  | 'height-ahead'
  | 'height-passed'
  | 'wrong-parent'
  | 'wrong-epoch'
  | 'proposal-too-large'
  | 'inadmissible-key'
  | 'wrong-signer'
  | 'wrong-round'
  | 'not-an-owner'
  | 'round-already-voted'
  | 'not-above-lock'
  | 'confirmed-another-block'
  | 'wrong-outcome'
  | 'timestamp-ahead';

/** Proposes another block in `round` after alice's was voted for in `first`. */
function afterVote(first: Round, round: Round): Provoke {
  return async () => {
    const { committee, alice, bob, validators } = staged();
    const one = await proposed(committee, alice, [pay(bob.chain, 1n)], { round: first });
    const two = await proposed(committee, alice, [pay(bob.chain, 2n)], { round });
    await accepted(validators[0], proposeRequest(one.proposal));
    return await refusedUnchanged(validators[0], proposeRequest(two.proposal));
  };
}

const lockedAndOther =
  (round: Round): Provoke =>
  async () => {
    const { committee, alice, bob, validators } = staged();
    const one = await proposed(committee, alice, [pay(bob.chain, 1n)]);
    const two = await proposed(committee, alice, [pay(bob.chain, 2n)], { round });
    const certificate = await validate(committee, validators.slice(0, 3), one.proposal);
    await accepted(validators[3], validatedRequest(certificate, one.block));
    return await refusedUnchanged(validators[3], proposeRequest(two.proposal));
  };

/** Proposes alice's next block with another's key, changed. */
function proposedBy(
  who: (stage: ReturnType<typeof staged>) => Signer,
  { reshape, changed }: { reshape?: Reshape; changed?: Partial<ProposedBlock> } = {},
): Provoke {
  return async () => {
    const stage = staged(reshape && { reshape });
    const { committee, alice, bob, validators } = stage;
    const block = await draft(committee, validators[0], alice, [pay(bob.chain, 1n)]);
    const content = { signer: who(stage) };
    const proposal = await signedProposal(committee, { ...block, ...changed }, content);
    return await refusedUnchanged(validators[0], proposeRequest(proposal));
  };
}

const bobIsRegular = firstChainOwned(([, second]) => ({
  owners: second ? [{ owner: second, weight: 1n }] : [],
}));
const bobIsSuper = firstChainOwned((owners) => ({ superOwners: owners.slice(0, 2) }));

const smallOrderKey: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const block = await draft(committee, validators[0], alice, [pay(bob.chain, 1n)]);
  const proposal = await signedProposal(committee, block, alice);
  const bytes = new Uint8Array(32);
  bytes[0] = 1;
  const publicKey = { scheme: 'ed25519', bytes } as const;
  return await refusedUnchanged(validators[0], proposeRequest({ ...proposal, publicKey }));
};

const passedHeight: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const early = await proposed(committee, alice, [pay(bob.chain, 2n)]);
  await confirm(committee, alice, [pay(bob.chain, 1n)]);
  return await refusedUnchanged(validators[0], proposeRequest(early.proposal));
};

const parentlessSecond: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const block = await draft(committee, validators[0], alice, [pay(bob.chain, 1n)]);
  const proposal = await signedProposal(committee, { ...block, parent: undefined }, alice);
  return await refusedUnchanged(validators[0], proposeRequest(proposal));
};

const fastAfterMultiLeader: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const fast = await proposed(committee, alice, [pay(bob.chain, 2n)], { round: fastRound });
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  await send(validators[0], proposeRequest(proposal));
  return await refusedUnchanged(validators[0], proposeRequest(fast.proposal));
};

const sixthMultiLeader: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const round = multiLeader(5);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)], { round });
  return await refusedUnchanged(validators[0], proposeRequest(proposal));
};

export const ofProposals: CasesOf<Kinds> = {
  'unknown-chain': { 'a chain that nobody described': provokeBlock({ chain: chainNamed('none') }) },
  'height-ahead': { 'a block above the next': provokeBlock({ height: height(1) }) },
  'height-passed': { 'a block at the height of the tip': passedHeight },
  'wrong-parent': {
    'a first block with a parent': provokeBlock({ parent: hashNamed('parent') }),
    'a second block without its parent': parentlessSecond,
  },
  'wrong-epoch': { 'a block of another epoch': provokeBlock({ epoch: epoch(1) }) },
  'proposal-too-large': {
    'more bytes than the policy admits': provokeBlock(
      {},
      { reshape: limitedTo({ proposalBytes: 100 }) },
    ),
  },
  'inadmissible-key': { 'a key of small order, under which anything verifies': smallOrderKey },
  'wrong-signer': {
    "a block in another owner's name": proposedBy(({ bob }) => bob.signer, { reshape: bobIsSuper }),
  },
  'wrong-round': {
    'the fast round once it is over': fastAfterMultiLeader,
    'a multi-leader round that the chain does not have': sixthMultiLeader,
  },
  'not-an-owner': {
    "a stranger's block": proposedBy(() => nobody, { changed: { signer: undefined } }),
    'a regular owner while the fast round is current': proposedBy(({ bob }) => bob.signer, {
      reshape: bobIsRegular,
    }),
  },
  'round-already-voted': {
    'another block in the round of the last vote': afterVote(multiLeader(1), multiLeader(1)),
  },
  'not-above-lock': {
    'a second fast block': afterVote(fastRound, fastRound),
    'another block in the round of the lock': lockedAndOther(multiLeader(0)),
  },
  'confirmed-another-block': {
    'another block after a fast vote': afterVote(fastRound, multiLeader(0)),
    'another block after a vote to confirm': lockedAndOther(multiLeader(1)),
  },
  'wrong-outcome': { 'an outcome that execution does not give': provokeBlock({}) },
  'timestamp-ahead': {
    'a time past the grace': provokeBlock({ timestamp: timestamp(testStart + 500_001n) }),
  },
};
