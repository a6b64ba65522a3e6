import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { roundText } from '#protocol/block/round.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from '../context.ts';
import type { NamedFailure } from '../sync/failure.ts';
import { lookAround, type Surroundings } from './look-around.ts';
import { isLeader } from './may-propose.ts';
import { type Candidate, type Move, nextMove } from './next-move.ts';

/** What was tried so far at a height. */
export interface Progress {
  readonly own: Block;
  readonly signer: Signer;
  readonly triedLocks: ReadonlySet<string>;
  readonly attempted: readonly Candidate[];
  /** Why the last attempt found no quorum. */
  readonly failures: readonly NamedFailure[];
  readonly count: number;
}

export type Onward =
  | Exclude<Move, { kind: 'await' }>
  | (Extract<Move, { kind: 'await' }> & { readonly around: Surroundings })
  | { readonly kind: 'final'; readonly final: CertifiedBlock }
  | { readonly kind: 'no-quorum'; readonly failures: readonly NamedFailure[] };

/** How long who gives way waits, each time longer, so that the other gets ahead. */
const yieldPause = 100_000n;

/** Looks at what the validators hold, twice if somebody else is to go first. */
export async function moveOn(context: ClientContext, progress: Progress): Promise<Onward> {
  const first = await lookOnce(context, progress);
  if (first.kind === 'clear') return first.onward;
  await context.clock.sleep(duration(yieldPause * BigInt(progress.count + 1)));
  return (await lookOnce(context, progress)).onward;
}

interface Look {
  /** `rival`: somebody else has the way. */
  readonly kind: 'clear' | 'rival';
  readonly onward: Onward;
}

async function lookOnce(context: ClientContext, progress: Progress): Promise<Look> {
  const { own, signer, triedLocks, attempted, failures } = progress;
  const found = await lookAround(context, own, failures);
  const final = await finalAt(context, own);
  if (final) return { kind: 'clear', onward: { kind: 'final', final } };
  if (!found.ok) return { kind: 'clear', onward: { kind: 'no-quorum', failures: found.error } };
  const around = found.value;
  const { lock } = around;
  const isLockTried = lock !== undefined && triedLocks.has(roundText(lock.certificate.round));
  const proposer = signer.publicKey;
  const onward = nextMove({ ...around, own, proposer, attempted, isLockTried });
  if (onward.kind === 'await') return { kind: 'clear', onward: { ...onward, around } };
  return { kind: isToYield(around, progress, onward) ? 'rival' : 'clear', onward };
}

/** The owner of the greater block gives way, and who may propose in a round that another leads. */
function isToYield(
  { claims, place }: Surroundings,
  { own, signer }: Progress,
  move: Move,
): boolean {
  if (move.kind !== 'propose' || move.retry.kind !== 'none') return false;
  if (move.round.kind === 'single-leader') {
    return !isLeader(place, ownerOf(signer.publicKey), move.round);
  }
  const ours = proposedBlockHash(own.proposed);
  return claims.some(({ accepted }) => accepted && proposedBlockHash(accepted.block) < ours);
}

/** The block that is final at the height of ours, once it is here. */
export async function finalAt(
  { local }: ClientContext,
  { header: { chain, height } }: Block,
): Promise<CertifiedBlock | undefined> {
  const head = await local.head(chain);
  return head && head.next > height ? await local.block(chain, height) : undefined;
}
