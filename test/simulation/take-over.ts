import type { ValidatorNode } from '#ports/validator-node.ts';
import type { TimeoutCertificate } from '#protocol/block/certificate.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { BlockProposal, Retry } from '#protocol/block/proposal.ts';
import { compareRounds, fastRound, laterRound, type Round } from '#protocol/block/round.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainInfo, LockedBlock, PendingHeight } from '#protocol/chain/info.ts';
import { firstRound } from '#protocol/manager/rounds.ts';

/** What one validator says of the height that the device is at. */
export interface View {
  readonly node: ValidatorNode;
  readonly info: ChainInfo;
}

export type ValidatedLock = Extract<LockedBlock, { kind: 'validated' }>;

/** All that validators hold for a height, put together. */
export interface Held {
  readonly round: Round;
  readonly timeout: TimeoutCertificate | undefined;
  /** The highest validated lock. */
  readonly lock: ValidatedLock | undefined;
  /** A fast proposal, or a retry of one, that a validator voted for. */
  readonly fast: BlockProposal | undefined;
  readonly confirmVotes: readonly Vote[];
  /** The latest round in which a vote to validate was cast, or a block locked. */
  readonly taken: Round | undefined;
  /** The proposals that validators voted for last, in the latest of their rounds. */
  readonly latest: readonly BlockProposal[];
}

export function heldBy(views: readonly View[], ownership: Ownership): Held {
  const pending = views.flatMap(({ info }) => (info.pending ? [info.pending] : []));
  const locks = pending.flatMap(({ locked }) => (locked?.kind === 'validated' ? [locked] : []));
  const timeouts = pending.flatMap(({ timeout }) => timeout ?? []);
  const lock = locks.toSorted((a, b) => compareRounds(roundOf(b), roundOf(a)))[0];
  const accepted = pending.flatMap((one) => one.accepted ?? []);
  const latest = accepted.map((one) => one.round).reduce(laterRound, fastRound);
  const taken = [
    ...locks.map(roundOf),
    ...pending.flatMap(({ validate }) => validate?.payload.round ?? []),
  ];
  return {
    round: views.map(({ info }) => info.round).reduce(laterRound, firstRound(ownership)),
    timeout: timeouts.toSorted((a, b) => compareRounds(b.round, a.round))[0],
    lock,
    fast: pending.flatMap((one) => fastProposal(one) ?? [])[0],
    confirmVotes: pending.flatMap(({ confirm }) => confirm ?? []),
    taken: taken.length === 0 ? undefined : taken.reduce(laterRound),
    latest: accepted.filter((one) => compareRounds(one.round, latest) === 0),
  };
}

function roundOf({ certificate }: ValidatedLock): Round {
  return certificate.round;
}

function fastProposal({ locked, accepted }: PendingHeight): BlockProposal | undefined {
  if (locked?.kind === 'fast') return locked.proposal;
  if (accepted?.round.kind === 'fast' || accepted?.retry.kind === 'fast') return accepted;
  return undefined;
}

/** How a fast proposal, or a retry of one, is proposed again. */
export function fastRetry({ round, retry, publicKey, signature }: BlockProposal): Retry {
  if (retry.kind === 'fast') return retry;
  if (round.kind !== 'fast') throw new Error('only a fast proposal is retried as one');
  return { kind: 'fast', publicKey, signature };
}
