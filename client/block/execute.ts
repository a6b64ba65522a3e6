import type { Signer } from '#ports/signer.ts';
import { blockFrom } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { learnChain } from '../sync/apply-block.ts';
import type { PendingBlock } from '../wallet/records.ts';
import type { Proposed } from './certify.ts';
import { drive } from './drive.ts';
import { mayPropose } from './may-propose.ts';
import { type Draft, type Prepared, prepare, savePending, standing } from './prepare.ts';
import type { Session, Sessions } from './sessions.ts';

/** A part of making a block final; `wait` begins when only others, or time, can go on. */
export type Phase = 'wait' | 'propose' | 'certify' | 'deliver';
export type OnPhase = (phase: Phase, ms: number) => void;

export interface BlockTask extends Draft {
  /** The certificate is held back to ride with the next block, or until nothing comes. */
  readonly pipeline: boolean;
  readonly onPhase: OnPhase | undefined;
}

/** A block of ours that is final, and how long that took. */
export interface FinalBlock {
  readonly certified: CertifiedBlock;
  readonly timingsMs: { readonly propose: number; readonly certify: number };
}

/**
 * Makes a block: executed here first, saved before it leaves, final and durable when this returns.
 * Nothing is saved for a block that does not execute.
 */
export async function execute(
  context: ClientContext,
  sessions: Sessions,
  task: BlockTask,
): Promise<Result<FinalBlock, Rejection>> {
  const known = await learnChain(context, task.chain);
  if (!known.ok) return known;
  context.follow(task.chain);
  return await sessions.run(task.chain, async (session) => {
    const leftover = await takeLeftover(context, session);
    if (!leftover.ok) return leftover;
    const prepared = await prepare(context, task);
    if (!prepared.ok) return prepared;
    return await finish(context, session, { task, ...prepared.value });
  });
}

/** Resumes exactly the block that was saved, with the key that it was made for. */
export async function resume(
  context: ClientContext,
  sessions: Sessions,
  task: Omit<BlockTask, 'compose'>,
): Promise<Result<FinalBlock, Rejection>> {
  const { chain } = task;
  context.follow(chain);
  return await sessions.run(chain, async (session) => {
    const pending = await context.wallet.pending(chain);
    if (!pending) return refuse('nothing-pending', chain, 'a block that was proposed before');
    const own = proposedFrom(pending);
    const signer = await signerOf(context, pending);
    if (!signer.ok) return signer;
    const { round, publicKey } = own.proposal;
    const here = await standing(context, chain, own.block.header.height);
    const isOpen =
      here !== undefined &&
      mayPropose(here.place, ownerOf(publicKey), { current: here.current, round });
    return await finish(context, session, { task, own, signer: signer.value, isOpen });
  });
}

/** The key of a pending block's signer. */
async function signerOf(
  { wallet }: ClientContext,
  { proposal }: PendingBlock,
): Promise<Result<Signer, Rejection>> {
  return await wallet.keyring.signer(ownerOf(proposal.publicKey));
}

interface Finishing extends Prepared {
  readonly task: Omit<BlockTask, 'compose'>;
}

async function finish(
  context: ClientContext,
  session: Session,
  { task, own, signer, isOpen }: Finishing,
): Promise<Result<FinalBlock, Rejection>> {
  const { clock, wallet } = context;
  const { chain, height } = own.block.header;
  const start = clock.now();
  let proposedAt = start;
  const unsent = session.unsent();
  const final = await drive(context, {
    own,
    signer,
    isOpen,
    previous: unsent && { certificate: unsent.certificate, body: undefined },
    save: (proposed) => savePending(context, proposed),
    onWait: () => task.onPhase?.('wait', ms(start, clock.now())),
    onProposed() {
      proposedAt = clock.now();
      task.onPhase?.('propose', ms(start, proposedAt));
    },
  });
  if (!final.ok) {
    const { rejection, isRefused } = final.error;
    // It never becomes final, so it must not stand in the way of others; in a fast round it may.
    if (isRefused && own.proposal.round.kind !== 'fast') await wallet.clearPending(chain, height);
    return reject(rejection);
  }
  const { hash } = final.value.block;
  if (hash !== own.block.hash) {
    // Nobody but us may have the certificate of the block that we finished for another.
    await session.hold(final.value);
    await session.flush();
    await wallet.clearPending(chain, height);
    return refuse('conflict', hash, `${own.block.hash} at height ${height}`);
  }
  const timingsMs = { propose: ms(start, proposedAt), certify: ms(proposedAt, clock.now()) };
  task.onPhase?.('certify', timingsMs.certify);
  await session.hold(final.value);
  if (!task.pipeline) await session.flush();
  return ok({ certified: final.value, timingsMs });
}

/**
 * What an earlier block left: its certificate may still have to be sent. One that is not decided
 * stands in the way, unless its key is gone: then nobody here could ever go on with it.
 */
async function takeLeftover(
  context: ClientContext,
  session: Session,
): Promise<Result<undefined, Rejection>> {
  const { wallet, local } = context;
  const pending = await wallet.pending(session.chain);
  if (!pending) return ok(undefined);
  const { height } = pending.proposal.block;
  const head = await local.head(session.chain);
  if (!head || height >= head.next) {
    const signer = await signerOf(context, pending);
    if (!signer.ok && signer.error.kind === 'not-our-chain') {
      await wallet.clearPending(session.chain, height);
      return ok(undefined);
    }
    const { block } = proposedFrom(pending);
    return refuse('block-pending', block.hash, `height ${height} decided first`);
  }
  if (!session.unsent()) await session.hold(await local.block(session.chain, height));
  return ok(undefined);
}

function proposedFrom({ proposal, outcome }: PendingBlock): Proposed {
  return { proposal, block: blockFrom(proposal.block, outcome) };
}

function ms(from: bigint, to: bigint): number {
  return Number(to - from) / 1_000;
}
