import { strict as assert } from 'node:assert/strict';
import type { ValidatedCertificate } from '#protocol/block/certificate.ts';
import { type AccountOwner, isSameOwner } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import type { BlockProposal, Retry } from '#protocol/block/proposal.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { PublicKey, Signature } from '#protocol/crypto/signature.ts';
import { hold } from '#protocol/manager/held.ts';
import { leaderOf } from '#protocol/manager/leader.ts';
import { type AcceptedProposal, emptyManager, type Manager } from '#protocol/manager/manager.ts';
import type { ProposalPlace } from '#protocol/manager/propose.ts';
import { duration, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { committeeOf } from './certificates.ts';
import { chainNamed, hashNamed, height } from './store-values.ts';

/** What the rules of rounds look at, without keys or execution. */
export const seconds = (count: bigint) => duration(count * 1_000_000n);

export function ownerNamed(name: string): AccountOwner {
  return { kind: 'key', hash: hashNamed(name) };
}

export const [superOwner, regularOwner, stranger] = ['super', 'regular', 'stranger'].map(
  ownerNamed,
) as [AccountOwner, AccountOwner, AccountOwner];

/** A wallet's chain: one super owner, five multi-leader rounds. */
export const walletChain = walletOwnership(superOwner);

/** A chain of a super owner and a regular one, whose fast round lasts 5 s. */
export const mixedChain: Ownership = {
  ...walletChain,
  owners: [{ owner: regularOwner, weight: 1n }],
  timeouts: { ...walletChain.timeouts, fast: seconds(5n) },
};

/** A chain of regular owners only. */
export const sharedChain: Ownership = { ...mixedChain, superOwners: [] };

/** A chain of two regular owners, each as likely to lead, who share it with a super owner. */
export const pairChain: Ownership = {
  ...mixedChain,
  owners: ['first', 'second'].map((name) => ({ owner: ownerNamed(name), weight: 1n })),
};

export const singleLeader: Round = singleLeaderIn(0);
export const validatorRound: Round = validatorIn(0);

export function singleLeaderIn(number: number): Round {
  return { kind: 'single-leader', number };
}

export function validatorIn(number: number): Round {
  return { kind: 'validator', number };
}

/** The key of a seat of `committeeOf`, by number. */
export function keyNumbered(number: number): PublicKey {
  return { scheme: 'ed25519', bytes: new Uint8Array(32).fill(9).fill(number, 0, 1) };
}

/** The first height of a chain, with a committee of four. */
export function placeOf(ownership: Ownership): ProposalPlace {
  const committee = committeeOf([1n, 1n, 1n, 1n]);
  return { ownership, committee, chain: chainNamed('chain'), height: height(0) };
}

/** Who leads a round there, and who else might have. */
export function leadersOf(ownership: Ownership, round: Round) {
  const place = placeOf(ownership);
  const leader = leaderOf(ownership, place.committee, { ...place, round });
  assert(leader);
  const others = ownership.owners.filter(({ owner }) => !isSameOwner(owner, leader));
  return { leader, others: others.map(({ owner }) => owner) };
}

/** The manager after a quorum gave up `round`. */
export function gaveUp(round: Round): Manager {
  return { ...emptyManager, timeout: { round, held: hold(Uint8Array.of(3)) } };
}

const publicKey: PublicKey = { scheme: 'ed25519', bytes: new Uint8Array(32).fill(9) };
const signature: Signature = { scheme: 'ed25519', bytes: new Uint8Array(64).fill(7) };

/** A proposal whose content is told by its time alone. */
export function proposalIn(
  round: Round,
  time = 1n,
  retry: Retry = { kind: 'none' },
): BlockProposal {
  const block = {
    version: protocolVersion,
    chain: chainNamed('chain'),
    epoch: epoch(0),
    height: height(0),
    timestamp: timestamp(time),
    parent: undefined,
    signer: undefined,
    transactions: [],
  };
  return { block, round, outcome: hashNamed('outcome'), retry, publicKey, signature };
}

export const fastRetry: Retry = { kind: 'fast', publicKey, signature };

export function certificateIn(round: Round, block: Hash): ValidatedCertificate {
  return {
    chain: chainNamed('chain'),
    height: height(0),
    epoch: epoch(0),
    round,
    block,
    unlocking: undefined,
    signatures: [{ seat: 0, signature }],
  };
}

export function validatedRetry(round: Round, block: Hash): Retry {
  const outcome = {
    messages: [],
    previousMessages: [],
    previousEvents: [],
    oracleResponses: [],
    events: [],
    blobs: [],
    operationResults: [],
    state: hashNamed('state'),
  };
  return { kind: 'validated', certificate: certificateIn(round, block), outcome };
}

export const [blockA, blockB] = [hashNamed('block A'), hashNamed('block B')];

export function acceptedIn(round: Round, block: Hash = blockA): AcceptedProposal {
  const held = { kind: 'piece', hash: hashNamed('proposal') } as const;
  return { round, block, same: hashNamed('same'), held };
}

/** The manager after a fast vote for a block. */
export function fastVoted(block: Hash = blockA): Manager {
  return {
    ...emptyManager,
    accepted: acceptedIn(fastRound, block),
    lock: { kind: 'fast', block, value: { kind: 'accepted' } },
    confirm: { round: fastRound, block, unlocking: undefined },
  };
}

/** The manager locked on a block validated in multi-leader round `number`. */
export function locked(number: number, block: Hash = blockA): Manager {
  const round = multiLeader(number);
  const certificate = hold(Uint8Array.of(2));
  return {
    ...emptyManager,
    accepted: acceptedIn(round, block),
    lock: { kind: 'validated', round, block, certificate, value: { kind: 'accepted' } },
  };
}
