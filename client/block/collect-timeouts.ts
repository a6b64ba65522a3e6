import type { Signer } from '#ports/signer.ts';
import { UnreachableFault } from '#ports/validator-node.ts';
import type { TimeoutCertificate } from '#protocol/block/certificate.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import { isSameRound, type Round, roundText } from '#protocol/block/round.ts';
import { type TimeoutRequest, timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import type { Vote, VotePayload } from '#protocol/block/vote.ts';
import type { ChainReply } from '#protocol/chain/requests.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { type BlockHeight, duration, type Epoch } from '#protocol/primitives/numbers.ts';
import { type Result, reject } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { askQuorum } from '../sync/ask-quorum.ts';
import type { Failure } from '../sync/failure.ts';
import type { Member } from '../sync/members.ts';
import { pushChain } from '../sync/push-blocks.ts';
import { keepRound, pushRounds } from '../sync/push-rounds.ts';
import { checkVote, fail } from './check-vote.ts';

/** A round that is to be given up. */
export interface GivenUp {
  readonly chain: TimeoutRequest['chain'];
  readonly height: BlockHeight;
  readonly epoch: Epoch;
  readonly round: Round;
}

/** The longest that a validator is not asked again: its clock may be ahead of ours. */
const recheck = 2_000_000n;
/** The least, while its clock is behind ours or nothing tells when it votes. */
const pauseFirst = 50_000n;
const pauseMax = 1_000_000n;

/**
 * Has a quorum give up a round: each validator is asked again when its own clock lets it vote.
 * The certificate is kept here and sent to all. None if `isOver` ends the wait first.
 */
export async function collectTimeouts(
  context: ClientContext,
  signer: Signer,
  { subject, isOver }: { readonly subject: GivenUp; isOver(): boolean },
): Promise<TimeoutCertificate | undefined> {
  const { members, committee, clock, background, network } = context;
  const { chain, height, round } = subject;
  const signature = await signer.sign(timeoutRequestDigest(network.id, { chain, height, round }));
  const request = { chain, height, round, publicKey: signer.publicKey, signature };
  const votes = await askQuorum<Vote>(
    {
      members,
      quorum: committee.quorum,
      clock,
      background,
      ask: async (member, isWanted) =>
        await askUntil(context, member, {
          subject,
          request,
          isWanted: () => isWanted() && !isOver(),
        }),
    },
    () => 'equal',
  );
  if (!votes.ok) return undefined;
  const collected = certificateFrom(
    votes.value.map(({ value }) => value),
    committee,
  );
  assert(collected?.kind === 'timeout', 'a quorum of equal votes is a certificate');
  const { certificate } = collected;
  const timeout = { kind: 'timeout', certificate } as const;
  await keepRound(context, timeout);
  for (const member of members) background.add(member.ask((node) => node.handle(timeout)));
  return certificate;
}

interface Asked {
  readonly subject: GivenUp;
  readonly request: TimeoutRequest;
  isWanted(): boolean;
}

/** Asks one validator until it votes, cannot vote for this round, or nobody wants it any more. */
async function askUntil(
  context: ClientContext,
  member: Member,
  { subject, request, isWanted }: Asked,
): Promise<Result<Vote, Failure>> {
  let pause = pauseFirst;
  while (isWanted()) {
    const reply = await replyOf(member, request, isWanted);
    if (reply?.decided.kind === 'accepted') {
      const { vote } = reply.decided;
      const expected = roundText(subject.round);
      if (!vote) return fail('no-vote', 'an answer without a vote', expected);
      return await checkVote(context, member, {
        vote,
        expected,
        isFor: (payload) => isTimeoutOf(payload, subject),
      });
    }
    const refusal = reply?.decided.refusal;
    if (refusal && !passing.has(refusal.kind)) return reject(refusal);
    const wait = await helpOn(context, member, { subject, kind: refusal?.kind, pause });
    pause = pause * 2n < pauseMax ? pause * 2n : pauseMax;
    await sleepWhile(context, wait, isWanted);
  }
  return fail('late-vote', 'no vote in time', roundText(subject.round));
}

/** Refusals of which time, or what we send, may rid the validator. */
const passing: ReadonlySet<string> = new Set([
  'too-early',
  'round-not-reached',
  'height-ahead',
  'busy',
]);

/** None if the validator cannot be reached: it may come back. */
async function replyOf(
  member: Member,
  request: TimeoutRequest,
  isWanted: () => boolean,
): Promise<ChainReply | undefined> {
  try {
    return await member.ask(
      (node) => node.handle({ kind: 'request-timeout', ...request }),
      isWanted,
    );
  } catch (error) {
    if (error instanceof UnreachableFault) return undefined;
    throw error;
  }
}

interface Trouble {
  readonly subject: GivenUp;
  /** Of its refusal; none if there was no answer. */
  readonly kind: string | undefined;
  readonly pause: bigint;
}

/** Sends the validator what it lacks; how long to wait before asking it again. */
async function helpOn(
  { local, clock }: ClientContext,
  member: Member,
  { subject, kind, pause }: Trouble,
): Promise<bigint> {
  const { chain, height } = subject;
  try {
    if (kind === 'round-not-reached') await pushRounds(local, member, { chain, height });
    if (kind === 'height-ahead') await pushChain(local, member, { chain, below: height });
    if (kind !== 'too-early') return pause;
    const flags = { ownership: false, pending: false };
    const info = await member.ask((node) => node.info(chain, flags));
    const deadline = info.ok ? info.value.deadline : undefined;
    const left = deadline === undefined ? 0n : deadline - clock.now();
    if (left <= 0n) return pause;
    return left < recheck ? left : recheck;
  } catch (error) {
    if (error instanceof UnreachableFault) return pause;
    throw error;
  }
}

/** Wakes now and then to see whether the answer is still wanted. */
async function sleepWhile(
  { clock }: ClientContext,
  length: bigint,
  isWanted: () => boolean,
): Promise<void> {
  const until = clock.now() + length;
  for (let left = length; left > 0n && isWanted(); left = until - clock.now()) {
    await clock.sleep(duration(left < pauseMax ? left : pauseMax));
  }
}

function isTimeoutOf(payload: VotePayload, subject: GivenUp): boolean {
  return (
    payload.value.kind === 'timeout' &&
    payload.chain === subject.chain &&
    payload.height === subject.height &&
    payload.epoch === subject.epoch &&
    isSameRound(payload.round, subject.round)
  );
}
