import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { ownerOf, ownerText } from '#protocol/block/owner.ts';
import { type ProposedBlock, proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { fastRound, isSameRound, laterRound, roundText } from '#protocol/block/round.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';
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

/** The least that who gives way waits, so that the other gets ahead. */
const yieldPause = 100_000n;
/** Round trips that the other needs, of which a look around takes one. */
const yieldTrips = 4n;
/** The most: who looks slow may only be slow to answer. */
const yieldMax = 5_000_000n;

/** Looks at what the validators hold, twice if somebody else is to go first. */
export async function moveOn(context: ClientContext, progress: Progress): Promise<Onward> {
  const { clock } = context;
  const start = clock.now();
  const first = await lookOnce(context, progress);
  if (first.kind === 'clear') return first.onward;
  const trips = (clock.now() - start) * yieldTrips;
  await clock.sleep(pauseOf(progress, trips > yieldPause ? trips : yieldPause));
  return (await lookOnce(context, progress)).onward;
}

/** Longer with each attempt, and not the same for everyone who gives way. */
function pauseOf({ own, count }: Progress, least: bigint): Duration {
  const at = (count * 2) % 60;
  const share = BigInt(`0x${own.hash.slice(at, at + 2)}`);
  const pause = (least * BigInt(count + 1) * (256n + share)) / 256n;
  return duration(pause < yieldMax ? pause : yieldMax);
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

/**
 * Who may propose in a round that another leads gives way to the leader. Else whoever has fewer
 * votes in the latest round does, and of equals the one whose proposal comes later in order.
 */
function isToYield({ claims, place }: Surroundings, { signer }: Progress, move: Move): boolean {
  if (move.kind !== 'propose') return false;
  if (move.round.kind === 'single-leader') {
    return !isLeader(place, ownerOf(signer.publicKey), move.round);
  }
  const voted = claims.flatMap(({ accepted, weight }) => (accepted ? [{ accepted, weight }] : []));
  const latest = voted.map(({ accepted }) => accepted.round).reduce(laterRound, fastRound);
  const weights = new Map<string, bigint>();
  for (const { accepted, weight } of voted) {
    if (!isSameRound(accepted.round, latest)) continue;
    const name = nameOf(accepted.block, accepted.publicKey);
    weights.set(name, (weights.get(name) ?? 0n) + weight);
  }
  const ours = nameOf(move.block.proposed, signer.publicKey);
  const own = weights.get(ours) ?? 0n;
  return [...weights].some(([name, weight]) => weight > own || (weight === own && name < ours));
}

/** A block, and who proposes it. */
function nameOf(block: ProposedBlock, publicKey: PublicKey): string {
  return `${proposedBlockHash(block)} ${ownerText(ownerOf(publicKey))}`;
}

/** The block that is final at the height of ours, once it is here. */
export async function finalAt(
  { local }: ClientContext,
  { header: { chain, height } }: Block,
): Promise<CertifiedBlock | undefined> {
  const head = await local.head(chain);
  return head && head.next > height ? await local.block(chain, height) : undefined;
}
