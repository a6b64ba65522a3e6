import type { Block } from '#protocol/block/block.ts';
import {
  type ConfirmedCertificate,
  unlockingBy,
  type ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { isSameRound, roundText } from '#protocol/block/round.ts';
import type { Unlocking, Vote, VotePayload } from '#protocol/block/vote.ts';
import type { Confirmed } from '#protocol/chain/requests.ts';
import { assert } from '#protocol/primitives/assert.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { askQuorum } from '../sync/ask-quorum.ts';
import type { NamedFailure } from '../sync/failure.ts';
import { type BlockRequest, sendRepaired } from '../sync/send-repaired.ts';
import { checkVote, fail } from './check-vote.ts';

/** A signed proposal, and the block that it executes to. */
export interface Proposed {
  readonly proposal: BlockProposal;
  readonly block: Block;
}

export interface CertifyOptions {
  /** The certificate of the block before, which rides along. */
  readonly previous: Confirmed | undefined;
  /** Told when the proposal has its quorum. */
  onProposed(): void;
}

type Certified<C> = Result<C, readonly NamedFailure[]>;

/** Collects the votes that make a proposed block final: one round trip if it is fast, else two. */
export async function certify(
  context: ClientContext,
  { proposal, block }: Proposed,
  { previous, onProposed }: CertifyOptions,
): Promise<Certified<ConfirmedCertificate>> {
  const request = { kind: 'propose', proposal, previous, hints: [] } as const;
  const isFast = proposal.round.kind === 'fast';
  const { retry } = proposal;
  const released = retry.kind === 'validated' ? unlockingBy(retry.certificate) : undefined;
  const kind = isFast ? 'confirm' : 'validate';
  const expected: Expected = {
    round: proposal.round,
    kind,
    isReleased: (unlocking) => isSameUnlocking(unlocking, released),
  };
  const votes = await collect(context, { request, block }, expected);
  if (!votes.ok) return votes;
  onProposed();
  const collected = certificateFrom(votes.value, context.committee);
  if (collected?.kind === 'confirmed') return ok(collected.certificate);
  assert(collected?.kind === 'validated', 'a quorum of equal votes is a certificate');
  return await confirmValidated(context, collected.certificate, block);
}

/** Has a validated block confirmed, which only validators in its round do. */
export async function confirmValidated(
  context: ClientContext,
  certificate: ValidatedCertificate,
  block: Block,
): Promise<Certified<ConfirmedCertificate>> {
  const request = { kind: 'validated', certificate, body: undefined } as const;
  // Another collector may have released the voter, with another quorum of the same round.
  const expected: Expected = {
    round: certificate.round,
    kind: 'confirm',
    isReleased: (unlocking) =>
      unlocking !== undefined && isSameRound(unlocking.round, certificate.round),
  };
  const votes = await collect(context, { request, block }, expected);
  if (!votes.ok) return votes;
  const collected = certificateFrom(votes.value, context.committee);
  assert(collected?.kind === 'confirmed', 'a quorum of equal votes is a certificate');
  return ok(collected.certificate);
}

/** What a vote must be for, apart from the block. */
interface Expected {
  readonly round: BlockProposal['round'];
  readonly kind: 'validate' | 'confirm';
  isReleased(unlocking: Unlocking | undefined): boolean;
}

async function collect(
  context: ClientContext,
  request: BlockRequest,
  expected: Expected,
): Promise<Certified<readonly Vote[]>> {
  const { members, committee, clock, background } = context;
  let isNeeded = true;
  const votes = await askQuorum<Vote>(
    {
      members,
      quorum: committee.quorum,
      clock,
      background,
      ask: async (member, isWanted) => {
        const sent = await sendRepaired(context, member, request, isWanted);
        if (!sent.ok) return sent;
        const { vote } = sent.value;
        if (!vote) return fail('no-vote', 'an answer without a vote', roundText(expected.round));
        // A quorum has voted: checking one more vote would only cost.
        if (!isNeeded) return fail('late-vote', 'a vote after a quorum', roundText(expected.round));
        return await checkVote(context, member, {
          vote,
          expected: request.block.hash,
          isFor: (payload) => isFor(payload, request.block, expected),
        });
      },
    },
    () => 'equal',
  );
  isNeeded = false;
  return votes.ok ? ok(votes.value.map(({ value }) => value)) : votes;
}

function isFor(payload: VotePayload, block: Block, expected: Expected): boolean {
  const { chain, height, epoch, round, value } = payload;
  const { header } = block;
  return (
    chain === header.chain &&
    height === header.height &&
    epoch === header.epoch &&
    isSameRound(round, expected.round) &&
    value.kind === expected.kind &&
    value.block === block.hash &&
    expected.isReleased(value.unlocking)
  );
}

function isSameUnlocking(a: Unlocking | undefined, b: Unlocking | undefined): boolean {
  if (!a || !b) return a === b;
  return a.commitment === b.commitment && isSameRound(a.round, b.round);
}
