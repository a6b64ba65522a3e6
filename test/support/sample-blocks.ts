import { type Block, blockFrom } from '#protocol/block/block.ts';
import type {
  ConfirmedCertificate,
  SeatSignature,
  TimeoutCertificate,
  ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import { commitmentTo, unlockingBy } from '#protocol/block/certificate.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import type { GenesisHeader } from '#protocol/block/genesis.ts';
import { networkIdOf, rootChainsRoot, rootDescription } from '#protocol/block/genesis.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import type { BlockOutcome } from '#protocol/block/outcome.ts';
import { freePolicy } from '#protocol/block/policy.ts';
import type { BlockProposal, Retry } from '#protocol/block/proposal.ts';
import { fastProposalDigest, proposalDigest } from '#protocol/block/proposal.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import { type Vote, type VoteValue, voteDigest } from '#protocol/block/vote.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import {
  application,
  config,
  cursor,
  filled,
  operations,
  outgoing,
  owners,
  permissions,
  sampleTime,
  signerOf,
  streams,
  transactions,
} from './sample-parts.ts';
import { chainNamed, hashNamed, height } from './store-values.ts';

/** Voting keys of the sample network with their weights, in the order of their seats: Q is 6. */
export const members = [11, 12, 13, 14]
  .map((byte, index) => ({ signer: signerOf(byte), weight: index === 0 ? 3n : 2n }))
  .sort((a, b) => Buffer.compare(a.signer.publicKey.bytes, b.signer.publicKey.bytes));

export const rootChains = [
  config,
  { ...config, permissions: permissions.restricted ?? config.permissions },
];

export const genesisHeader: GenesisHeader = {
  version: 1,
  name: 'a network',
  timestamp: sampleTime,
  development: false,
  policy: { ...freePolicy, httpHosts: ['weft.example'], freeApplications: [application] },
  committee: members.map(({ signer, weight }) => ({ publicKey: signer.publicKey, weight })),
  rootChains: rootChainsRoot(rootChains),
  nonce: filled(32, 9),
};

export const network = networkIdOf(genesisHeader);
export const description = rootDescription(network, 0, { header: genesisHeader, config });
export const chain = chainIdOf(description);

/** A block with everything in it that a block can hold; nothing could execute to it. */
export const proposed: ProposedBlock = {
  version: 1,
  chain,
  epoch: epoch(0),
  height: height(258),
  timestamp: sampleTime,
  parent: hashNamed('the parent'),
  signer: owners.key,
  transactions: [
    ...Object.values(transactions),
    ...Object.values(operations).map((operation) => ({ kind: 'operation', operation }) as const),
  ],
};

export const outcome: BlockOutcome = {
  messages: outgoing.map((message, transaction) => ({ transaction, message })),
  previousMessages: [
    { recipient: chainNamed('recipient'), height: height(4), lastUnskippable: cursor },
    { recipient: chainNamed('stranger'), height: undefined, lastUnskippable: undefined },
  ],
  previousEvents: [
    { stream: streams.system, height: undefined },
    { stream: streams.application, height: height(1) },
  ],
  oracleResponses: [{ transaction: 0, response: filled(3, 1) }],
  events: [{ transaction: 1, stream: streams.application, index: 2, value: filled(2, 2) }],
  blobs: [],
  operationResults: [
    { transaction: 0, result: filled(1, 3) },
    { transaction: 1, result: filled(2, 4) },
    { transaction: 2, result: filled(3, 5) },
  ],
  state: hashNamed('a state'),
};

export const block: Block = blockFrom(proposed, outcome);

const subject = { chain, height: proposed.height, epoch: proposed.epoch };

/** The votes of the first `count` members for one value. */
async function votes(round: Round, value: VoteValue, count: number): Promise<readonly Vote[]> {
  const payload = { ...subject, round, value };
  return await Promise.all(
    members.slice(0, count).map(async ({ signer: { publicKey, sign } }) => {
      return { payload, publicKey, signature: await sign(voteDigest(payload)) };
    }),
  );
}

const seated = (one: readonly Vote[]): readonly SeatSignature[] =>
  one.map(({ signature }, seat) => ({ seat, signature }));
const first = multiLeader(0);
const second = multiLeader(1);
const unreleased = { block: block.hash, unlocking: undefined };

const validateVotes = await votes(first, { kind: 'validate', ...unreleased }, 4);
const fastVotes = await votes({ kind: 'fast' }, { kind: 'confirm', ...unreleased }, 3);
const timeoutVotes = await votes(first, { kind: 'timeout' }, 3);

/** Validated in multi-leader 0 by the first three members. */
export const validated: ValidatedCertificate = {
  ...subject,
  round: first,
  block: block.hash,
  unlocking: undefined,
  signatures: seated(validateVotes.slice(0, 3)),
};

/** Validated there by all four: another commitment to the same value. */
export const validatedByAll: ValidatedCertificate = {
  ...validated,
  signatures: seated(validateVotes),
};

const unlocking = unlockingBy(validated);
const retryVotes = await votes(second, { kind: 'validate', block: block.hash, unlocking }, 3);

/** Validated again, in multi-leader 1, released by the first certificate. */
export const validatedAgain: ValidatedCertificate = {
  ...validated,
  round: second,
  unlocking,
  signatures: seated(retryVotes),
};

const confirmVotes = await votes(first, { kind: 'confirm', block: block.hash, unlocking }, 2);
const otherVotes = await votes(
  first,
  { kind: 'confirm', block: block.hash, unlocking: unlockingBy(validatedByAll) },
  3,
);
const commitments = [commitmentTo(validated), commitmentTo(validatedByAll)].sort();
const openingOf = (vote: Vote) =>
  vote.payload.value.kind === 'confirm' && vote.payload.value.unlocking
    ? commitments.indexOf(vote.payload.value.unlocking.commitment)
    : undefined;

/** Confirmed in multi-leader 0 by members who were released by different quorums. */
export const confirmed: ConfirmedCertificate = {
  ...subject,
  round: first,
  block: block.hash,
  commitments,
  signatures: [...confirmVotes, ...otherVotes.slice(2)].map((vote, seat) => ({
    seat,
    opening: openingOf(vote),
    signature: vote.signature,
  })),
};

export const confirmedFast: ConfirmedCertificate = {
  ...subject,
  round: { kind: 'fast' },
  block: block.hash,
  commitments: [],
  signatures: seated(fastVotes).map((one) => ({ ...one, opening: undefined })),
};

export const timeout: TimeoutCertificate = {
  ...subject,
  round: first,
  signatures: seated(timeoutVotes),
};

/** One vote of each sort, all of the member in seat 0. */
export const sampleVotes: Readonly<Record<string, Vote>> = Object.fromEntries(
  Object.entries({
    timeout: timeoutVotes,
    'validate a new block': validateVotes,
    'validate a retry': retryVotes,
    'confirm in the fast round': fastVotes,
    'confirm in multi-leader 0': confirmVotes,
  }).map(([name, [vote]]) => [name, vote as Vote]),
);

const owner = signerOf(1);
const claimed = { block: proposed, outcome: outcomeHash(block.header) };

async function proposal(round: Round, retry: Retry): Promise<BlockProposal> {
  const content = { ...claimed, round, retry };
  const signature = await owner.sign(proposalDigest(network, content));
  return { ...content, publicKey: owner.publicKey, signature };
}

const fastContent = { ...claimed, round: first, retry: { kind: 'none' } } as const;

export const retries: Readonly<Record<Retry['kind'], Retry>> = {
  none: { kind: 'none' },
  fast: {
    kind: 'fast',
    publicKey: owner.publicKey,
    signature: await owner.sign(fastProposalDigest(network, fastContent)),
  },
  validated: { kind: 'validated', certificate: validated, outcome },
};

export const proposals: Readonly<Record<Retry['kind'], BlockProposal>> = {
  none: await proposal({ kind: 'fast' }, retries.none),
  fast: await proposal(first, retries.fast),
  validated: await proposal(second, retries.validated),
};

const asked = { chain, height: proposed.height, round: first };

export const timeoutRequest = {
  ...asked,
  publicKey: owner.publicKey,
  signature: await owner.sign(timeoutRequestDigest(network, asked)),
};
