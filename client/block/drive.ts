import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { roundText } from '#protocol/block/round.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { failureText, type NamedFailure } from '../sync/failure.ts';
import { type CertifyOptions, certify, confirmValidated, type Proposed } from './certify.ts';
import { lookAround, type Surroundings } from './look-around.ts';
import { type Candidate, type CheckedLock, type Move, nextMove } from './next-move.ts';
import { signProposal } from './sign-proposal.ts';

/** A proposal of ours, saved and signed, that is to become final. */
export interface Drive extends CertifyOptions {
  readonly own: Proposed;
  readonly signer: Signer;
  /** Saves our block's proposal in another round, before it leaves. */
  save(proposed: Proposed): Promise<void>;
}

type Attempt =
  | { readonly kind: 'finish'; readonly lock: CheckedLock }
  | { readonly kind: 'propose'; readonly proposed: Proposed };

/** Why nothing is final yet. */
export interface NotFinal {
  readonly rejection: Rejection;
  /** Enough validators refuse the block itself: it never becomes final. */
  readonly isRefused: boolean;
}

/** Rounds there are, and what else may come between. */
const attemptsMax = 16;
/** How long the owner of the greater block waits, each time longer, so that the other gets ahead. */
const yieldPause = 100_000n;

/** Refusals that mean that somebody else was or is active at this height. */
const contested: ReadonlySet<string> = new Set([
  'height-passed',
  'wrong-parent',
  'wrong-round',
  'round-already-voted',
  'not-above-lock',
  'confirmed-another-block',
  'invalid-retry',
  'no-vote',
]);

/**
 * Drives our block until it, or another one, is final at its height: that one is returned, durable
 * here. Without a quorum the proposal stays saved, to be resumed.
 */
export async function drive(
  context: ClientContext,
  task: Drive,
): Promise<Result<CertifiedBlock, NotFinal>> {
  const own = task.own.block;
  const decided = await finalAt(context, own);
  if (decided) return ok(decided);
  let isValidated = false;
  const onProposed = () => {
    isValidated = true;
    task.onProposed();
  };
  const triedLocks = new Set<string>();
  const attempted: Candidate[] = [candidateOf(task.own)];
  let attempt: Attempt = { kind: 'propose', proposed: task.own };
  for (let count = 1; count <= attemptsMax; count++) {
    const final = await certifyAttempt(context, { previous: task.previous, onProposed }, attempt);
    if (final.ok) {
      const applied = await context.local.apply(final.value);
      return applied.ok ? final : undecided(applied.error);
    }
    const isContested = final.error.some(({ failure }) => contested.has(failure.kind));
    if (!isContested) {
      const reason = reasonOf(context, final.error);
      // What a quorum validated may become final without us.
      return reject({ ...reason, isRefused: reason.isRefused && !isValidated });
    }
    const failures = final.error;
    const progress = { own, signer: task.signer, triedLocks, attempted, failures, count };
    const move = await moveOn(context, progress);
    switch (move.kind) {
      case 'no-quorum':
        return undecided(reasonOf(context, move.failures).rejection);
      case 'stuck':
        return undecided(reasonOf(context, failures).rejection);
      case 'final':
        return ok(move.final);
      case 'exhausted':
        return exhausted(`height ${own.header.height}`);
      case 'finish':
        triedLocks.add(roundText(move.lock.certificate.round));
        attempt = move;
        break;
      case 'propose':
        attempted.push(move);
        attempt = await proposeAgain(context, task, move);
    }
  }
  return exhausted(`${attemptsMax} attempts`);
}

function undecided(rejection: Rejection): Result<never, NotFinal> {
  return reject({ rejection, isRefused: false });
}

function exhausted(found: string): Result<never, NotFinal> {
  return undecided(refuse('rounds-exhausted', found, 'an open round').error);
}

async function certifyAttempt(
  context: ClientContext,
  { previous, onProposed }: CertifyOptions,
  attempt: Attempt,
): Promise<Result<CertifiedBlock, readonly NamedFailure[]>> {
  const { block } = attempt.kind === 'finish' ? attempt.lock : attempt.proposed;
  const certificate =
    attempt.kind === 'finish'
      ? await confirmValidated(context, attempt.lock.certificate, block)
      : await certify(context, attempt.proposed, { previous, onProposed });
  return certificate.ok ? ok({ block, certificate: certificate.value }) : certificate;
}

/** The round is another; our own block's proposal is saved before it leaves. */
async function proposeAgain(
  { network }: ClientContext,
  { own, signer, save }: Drive,
  move: Extract<Move, { kind: 'propose' }>,
): Promise<Attempt> {
  const proposal = await signProposal(network.id, signer, move);
  const proposed = { proposal, block: move.block };
  if (move.block.hash === own.block.hash) await save(proposed);
  return { kind: 'propose', proposed };
}

function candidateOf({ proposal: { retry, round }, block }: Proposed): Candidate {
  return { block, retry, round };
}

interface Progress {
  readonly own: Block;
  readonly signer: Signer;
  readonly triedLocks: ReadonlySet<string>;
  readonly attempted: readonly Candidate[];
  /** Why the last attempt found no quorum. */
  readonly failures: readonly NamedFailure[];
  readonly count: number;
}

type Onward =
  | Move
  | { readonly kind: 'final'; readonly final: CertifiedBlock }
  | { readonly kind: 'no-quorum'; readonly failures: readonly NamedFailure[] };

/** Looks at what the validators hold, twice if another block at this height is to go first. */
async function moveOn(context: ClientContext, progress: Progress): Promise<Onward> {
  const first = await lookOnce(context, progress);
  if (first.kind !== 'rival') return first.onward;
  await context.clock.sleep(duration(yieldPause * BigInt(progress.count)));
  return (await lookOnce(context, progress)).onward;
}

interface Look {
  /** `rival`: someone proposed a block that is less than ours, and has the way. */
  readonly kind: 'clear' | 'rival';
  readonly onward: Onward;
}

async function lookOnce(context: ClientContext, progress: Progress): Promise<Look> {
  const { own, signer, triedLocks, attempted, failures } = progress;
  const around = await lookAround(context, own, failures);
  const final = await finalAt(context, own);
  if (final) return { kind: 'clear', onward: { kind: 'final', final } };
  if (!around.ok) return { kind: 'clear', onward: { kind: 'no-quorum', failures: around.error } };
  const { lock } = around.value;
  const { totalVotes, quorum } = context.committee;
  const isLockTried = lock !== undefined && triedLocks.has(roundText(lock.certificate.round));
  const proposer = signer.publicKey;
  const rest = { totalVotes, quorum, own, proposer, attempted, isLockTried };
  const onward = nextMove({ ...around.value, ...rest });
  const isOurs = onward.kind === 'propose' && onward.retry.kind === 'none';
  return { kind: isOurs && hasRival(around.value, own) ? 'rival' : 'clear', onward };
}

function hasRival({ claims }: Surroundings, own: Block): boolean {
  const ours = proposedBlockHash(own.proposed);
  return claims.some(({ accepted }) => accepted && proposedBlockHash(accepted.block) < ours);
}

/** The block that is final at the height of ours, once it is here. */
async function finalAt(
  { local }: ClientContext,
  { header: { chain, height } }: Block,
): Promise<CertifiedBlock | undefined> {
  const head = await local.head(chain);
  return head && head.next > height ? await local.block(chain, height) : undefined;
}

/** What enough validators agree on, else that there is no quorum, and who said what. */
function reasonOf({ committee }: ClientContext, failures: readonly NamedFailure[]): NotFinal {
  const weights = new Map<string, bigint>();
  for (const { weight, failure } of failures) {
    const sum = (weights.get(failure.kind) ?? 0n) + weight;
    weights.set(failure.kind, sum);
    const isAnswer = !silent.has(failure.kind) && !contested.has(failure.kind);
    if (isAnswer && sum >= committee.validity) {
      return { rejection: failure, isRefused: !ownTrouble.has(failure.kind) };
    }
  }
  const found = failures.map(failureText).join(', ') || 'no validator answered';
  const expected = `${committee.quorum} of ${committee.totalVotes} votes`;
  return { rejection: refuse('no-quorum', found, expected).error, isRefused: false };
}

/** What says nothing about the request itself. */
const silent: ReadonlySet<string> = new Set([
  'unreachable',
  'busy',
  'other-answer',
  'other-vote',
  'foreign-vote',
  'invalid-vote',
  'height-ahead',
  'missing-bundles',
  'value-unknown',
  'timestamp-ahead',
  'store-not-bound',
]);

/** What says nothing of the block itself: votes that others cast may still make it final. */
const ownTrouble: ReadonlySet<string> = new Set([
  'internal-fault',
  'quarantined',
  'unknown-chain',
  'unknown-epoch',
]);
