import type { Signer } from '#ports/signer.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { type Round, roundText } from '#protocol/block/round.ts';
import { canTimeOut, roundMax } from '#protocol/manager/rounds.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { applyBlock } from '../sync/apply-block.ts';
import type { NamedFailure } from '../sync/failure.ts';
import { newRoundWait } from './await-round.ts';
import { type CertifyOptions, certify, confirmValidated, type Proposed } from './certify.ts';
import type { Surroundings } from './look-around.ts';
import { finalAt, moveOn, type Onward } from './move-on.ts';
import type { Candidate, CheckedLock } from './next-move.ts';
import { isContested, type NotFinal, reasonOf } from './reasons.ts';
import { signProposal } from './sign-proposal.ts';

/** A proposal of ours, saved and signed, that is to become final. */
export interface Drive extends CertifyOptions {
  readonly own: Proposed;
  readonly signer: Signer;
  /** Whether its round is open to us, as far as is known here; else we look around first. */
  readonly isOpen: boolean;
  /** Told once when only others, or time, can go on. */
  onWait(): void;
  /** Saves our block's proposal in another round, before it leaves. */
  save(proposed: Proposed): Promise<void>;
}

type Attempt =
  | { readonly kind: 'finish'; readonly lock: CheckedLock }
  | { readonly kind: 'propose'; readonly proposed: Proposed };

/** Most proposals and confirmations that are sent for one height. */
const attemptsMax = 16;

/**
 * Drives our block until it, or another one, is final at its height: that one is returned, durable
 * here. Without a quorum, or when no round is ours in time, the proposal stays saved, to be resumed.
 */
export async function drive(
  context: ClientContext,
  task: Drive,
): Promise<Result<CertifiedBlock, NotFinal>> {
  const own = task.own.block;
  const decided = await finalAt(context, own);
  if (decided) return ok(decided);
  const until = context.clock.now() + context.timeouts.rounds;
  let hasWaited = false;
  const waiting = newRoundWait(context, { own, signer: task.signer, until });
  try {
    return await driveOn(context, task, async ({ round, around }) => {
      if (context.clock.now() >= until) return waitedInVain(context, round, around);
      if (!hasWaited) task.onWait();
      hasWaited = true;
      await waiting.wait(around.place, round);
      return undefined;
    });
  } finally {
    waiting.end();
  }
}

type Await = (move: Extract<Onward, { kind: 'await' }>) => Promise<Rejection | undefined>;

async function driveOn(
  context: ClientContext,
  task: Drive,
  awaitRound: Await,
): Promise<Result<CertifiedBlock, NotFinal>> {
  const triedLocks = new Set<string>();
  const attempted: Candidate[] = [];
  let isValidated = false;
  const onProposed = () => {
    isValidated = true;
    task.onProposed();
  };
  let failures: readonly NamedFailure[] = [];
  let attempt: Attempt | undefined = task.isOpen
    ? { kind: 'propose', proposed: task.own }
    : undefined;
  for (let count = 0; count < attemptsMax; ) {
    if (attempt) {
      count++;
      const { previous } = task;
      const final = await certifyAttempt(context, { previous, onProposed }, attempt);
      if (final.ok) {
        const applied = await applyBlock(context, final.value);
        return applied.ok ? final : undecided(applied.error);
      }
      failures = final.error;
      if (!isContested(failures)) {
        const reason = reasonOf(context, failures);
        // What a quorum validated may become final without us.
        return reject({ ...reason, isRefused: reason.isRefused && !isValidated });
      }
      if (attempt.kind === 'finish') triedLocks.add(roundText(attempt.lock.certificate.round));
      else attempted.push(candidateOf(attempt.proposed));
    }
    const progress = { own: task.own.block, signer: task.signer, triedLocks, attempted };
    const move: Onward = await moveOn(context, { ...progress, failures, count });
    switch (move.kind) {
      case 'no-quorum':
        return undecided(reasonOf(context, move.failures).rejection);
      case 'stuck':
        return undecided(reasonOf(context, failures).rejection);
      case 'final':
        return ok(move.final);
      case 'finish':
        attempt = move;
        break;
      case 'propose':
        attempt = await proposeAgain(context, task, move);
        break;
      case 'await': {
        attempt = undefined;
        const rejection = await awaitRound(move);
        if (rejection) return undecided(rejection);
      }
    }
  }
  return undecided(reasonOf(context, failures).rejection);
}

function undecided(rejection: Rejection): Result<never, NotFinal> {
  return reject({ rejection, isRefused: false });
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
  move: Extract<Onward, { kind: 'propose' }>,
): Promise<Attempt> {
  const proposal = await signProposal(network.id, signer, move);
  const proposed = { proposal, block: move.block };
  if (move.block.hash === own.block.hash) await save(proposed);
  return { kind: 'propose', proposed };
}

function candidateOf({ proposal: { retry, round }, block }: Proposed): Candidate {
  return { block, retry, round };
}

/** Why the time for it is over, and when it may be of use to try again. */
function waitedInVain(
  { clock }: ClientContext,
  round: Round,
  { place, deadlines }: Surroundings,
): Rejection {
  const found = `${roundText(round)} of height ${place.height}`;
  if (!canTimeOut(round, place.ownership)) {
    return refuse('wait-for-timeout', found, 'a block of a super owner').error;
  }
  const latest = deadlines.reduce<bigint>((most, one) => (one > most ? one : most), 0n);
  const left = latest - clock.now();
  // Deadlines are the word of validators.
  const wait = left < 0n ? 0n : left < roundMax ? left : roundMax;
  const seconds = (wait + 999_999n) / 1_000_000n;
  return refuse('wait-for-timeout', found, `its end, in ${seconds} s`).error;
}
