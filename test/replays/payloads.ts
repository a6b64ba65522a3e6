import type { Block } from '#protocol/block/block.ts';
import { unlockingBy, type ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { fastProposalDigest, proposalDigest, type Retry } from '#protocol/block/proposal.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import { type VoteValue, voteDigest } from '#protocol/block/vote.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type BlockHeight, blockHeight, type Epoch, epoch } from '#protocol/primitives/numbers.ts';
import type { Stage } from './stage.ts';

/** What a signature may be about. */
export interface Subject {
  readonly network: Hash;
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly epoch: Epoch;
  readonly round: Round;
  readonly block: Block;
  /** The validated quorum that released a vote, or that a proposal retries. */
  readonly quorum: ValidatedCertificate;
}

/** Something that a key of the network signs. */
export interface SignedPayload {
  /** The function whose 32 bytes are signed. */
  readonly source: string;
  readonly binds: readonly Dimension[];
  digest(subject: Subject): Uint8Array;
}

export type Change = (stage: Stage, twin: Stage, base: Subject) => Partial<Subject>;

/** Ways in which a signature may be about something else. */
export const dimensions = {
  network: (_, { committee }) => ({ network: committee.network.id }),
  "the chain's twin on another network": (_, { alice }) => ({ chain: alice.chain }),
  chain: (stage) => ({ chain: stage.bob.chain }),
  epoch: () => ({ epoch: epoch(1) }),
  'the height before': () => ({ height: blockHeight(0n) }),
  'the height after': () => ({ height: blockHeight(2n) }),
  round: () => ({ round: multiLeader(4) }),
  block: ({ other }) => ({ block: other.block }),
  quorum: ({ other }, _, { quorum }) => ({ quorum: { ...quorum, block: other.block.hash } }),
} satisfies Readonly<Record<string, Change>>;
export type Dimension = keyof typeof dimensions;

const everyChain = ["the chain's twin on another network", 'chain'] as const;
const everyHeight = ['the height before', 'the height after'] as const;
const place = [...everyChain, ...everyHeight] as const;

const proposals = {
  source: 'proposalDigest',
  binds: ['network', ...place, 'epoch', 'block'],
} as const;
const votes = { source: 'voteDigest', binds: [...place, 'epoch'] } as const;

/** Every payload that is signed, and what its signature binds. */
export const payloads = {
  proposal: {
    ...proposals,
    binds: [...proposals.binds, 'round'],
    digest: (subject) => proposalDigest(subject.network, contentOf(subject, { kind: 'none' })),
  },
  'fast proposal': {
    ...proposals,
    source: 'fastProposalDigest',
    digest: (subject) => fastProposalDigest(subject.network, contentOf(subject, { kind: 'none' })),
  },
  'retry with a certificate': {
    ...proposals,
    binds: [...proposals.binds, 'round', 'quorum'],
    digest: (subject) => proposalDigest(subject.network, contentOf(subject, retryOf(subject))),
  },
  'vote to validate': {
    ...votes,
    binds: [...votes.binds, 'round', 'block'],
    digest: (subject) => voteOn(subject, { kind: 'validate', ...on(subject) }),
  },
  'vote to validate again': {
    ...votes,
    binds: [...votes.binds, 'round', 'block', 'quorum'],
    digest: (subject) => {
      const unlocking = unlockingBy(subject.quorum);
      return voteOn(subject, { kind: 'validate', ...on(subject), unlocking });
    },
  },
  'vote to confirm': {
    ...votes,
    binds: [...votes.binds, 'round', 'block', 'quorum'],
    digest: (subject) => {
      const { commitment } = unlockingBy(subject.quorum);
      const unlocking = { round: subject.round, commitment };
      return voteOn(subject, { kind: 'confirm', ...on(subject), unlocking });
    },
  },
  'fast vote': {
    ...votes,
    binds: [...votes.binds, 'block'],
    digest: (subject) =>
      voteOn({ ...subject, round: fastRound }, { kind: 'confirm', ...on(subject) }),
  },
  'vote to give up': {
    ...votes,
    binds: [...votes.binds, 'round'],
    digest: (subject) => voteOn(subject, { kind: 'timeout' }),
  },
  'timeout request': {
    source: 'timeoutRequestDigest',
    binds: ['network', ...place, 'round'],
    digest: (subject) => timeoutRequestDigest(subject.network, subject),
  },
} satisfies Record<string, SignedPayload>;
export type PayloadName = keyof typeof payloads;

export const payloadNames = Object.keys(payloads) as readonly PayloadName[];

export function contentOf({ block, chain, height, epoch, round }: Subject, retry: Retry) {
  const moved = { ...block.proposed, chain, height, epoch };
  return { block: moved, round, outcome: outcomeHash(block.header), retry };
}

export function retryOf({ block, quorum }: Subject): Extract<Retry, { kind: 'validated' }> {
  return { kind: 'validated', certificate: quorum, outcome: block.outcome };
}

function on({ block }: Subject) {
  return { block: block.hash, unlocking: undefined };
}

function voteOn({ chain, height, epoch, round }: Subject, value: VoteValue): Uint8Array {
  return voteDigest({ chain, height, epoch, round, value });
}
