import type { Signer } from '#ports/signer.ts';
import { blockFrom } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, isSameOwner, ownerOf } from '#protocol/block/owner.ts';
import { blockProposalCodec } from '#protocol/block/proposal.ts';
import {
  type ProposedBlock,
  proposedBlockHash,
  protocolVersion,
} from '#protocol/block/proposed-block.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { type Timestamp, timestamp } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import type { ClientContext } from '../context.ts';
import type { PendingBlock } from '../wallet/records.ts';
import type { Proposed } from './certify.ts';
import { drive } from './drive.ts';
import type { Session, Sessions } from './sessions.ts';
import { signProposal } from './sign-proposal.ts';

/** A part of making a block final. */
export type Phase = 'propose' | 'certify' | 'deliver';
export type OnPhase = (phase: Phase, ms: number) => void;

export interface BlockTask {
  readonly chain: ChainId;
  /** What the block is to do, on top of the newest one. */
  compose(head: ChainHead): Promise<Result<readonly Transaction[], Rejection>>;
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
  const signer = await context.wallet.signerFor(task.chain);
  if (!signer.ok) return signer;
  context.follow(task.chain);
  return await sessions.run(task.chain, async (session) => {
    const leftover = await takeLeftover(context, session);
    if (!leftover.ok) return leftover;
    const own = await prepare(context, task, signer.value);
    if (!own.ok) return own;
    return await finish(context, session, { task, own: own.value, signer: signer.value });
  });
}

/** Resumes exactly the block that was saved. */
export async function resume(
  context: ClientContext,
  sessions: Sessions,
  task: Omit<BlockTask, 'compose'>,
): Promise<Result<FinalBlock, Rejection>> {
  const { chain } = task;
  const signer = await context.wallet.signerFor(chain);
  if (!signer.ok) return signer;
  context.follow(chain);
  return await sessions.run(chain, async (session) => {
    const pending = await context.wallet.pending(chain);
    if (!pending) return refuse('nothing-pending', chain, 'a block that was proposed before');
    const own = proposedFrom(pending);
    return await finish(context, session, { task, own, signer: signer.value });
  });
}

interface Finishing {
  readonly task: Omit<BlockTask, 'compose'>;
  readonly own: Proposed;
  readonly signer: Signer;
}

async function finish(
  context: ClientContext,
  session: Session,
  { task, own, signer }: Finishing,
): Promise<Result<FinalBlock, Rejection>> {
  const { clock, wallet } = context;
  const { chain, height } = own.block.header;
  const start = clock.now();
  let proposedAt = start;
  const unsent = session.unsent();
  const final = await drive(context, {
    own,
    signer,
    previous: unsent && { certificate: unsent.certificate, body: undefined },
    save: (proposed) => savePending(context, proposed),
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
    session.hold(final.value);
    await session.flush();
    await wallet.clearPending(chain, height);
    return refuse('conflict', hash, `${own.block.hash} at height ${height}`);
  }
  const timingsMs = { propose: ms(start, proposedAt), certify: ms(proposedAt, clock.now()) };
  task.onPhase?.('certify', timingsMs.certify);
  session.hold(final.value);
  if (!task.pipeline) await session.flush();
  return ok({ certified: final.value, timingsMs });
}

/** What an earlier block left: its certificate may still have to be sent. */
async function takeLeftover(
  { wallet, local }: ClientContext,
  session: Session,
): Promise<Result<undefined, Rejection>> {
  const pending = await wallet.pending(session.chain);
  if (!pending) return ok(undefined);
  const { height } = pending.proposal.block;
  const head = await local.head(session.chain);
  if (!head || height >= head.next) {
    const { block } = proposedFrom(pending);
    return refuse('block-pending', block.hash, `height ${height} decided first`);
  }
  if (!session.unsent()) session.hold(await local.block(session.chain, height));
  return ok(undefined);
}

async function prepare(
  context: ClientContext,
  { chain, compose }: BlockTask,
  signer: Signer,
): Promise<Result<Proposed, Rejection>> {
  const { local, network } = context;
  const head = await local.head(chain);
  if (!head) return refuse('unknown-chain', chain, 'a chain of the network');
  const transactions = await compose(head);
  if (!transactions.ok) return transactions;
  const settings = await readSettings(local.ports, chain);
  if (!settings) return refuse('unknown-chain', chain, 'a chain of the network');
  const owner = ownerOf(signer.publicKey);
  const proposed: ProposedBlock = {
    version: protocolVersion,
    chain,
    epoch: settings.epoch,
    height: head.next,
    timestamp: blockTime(context, head, transactions.value),
    parent: head.tip,
    signer: owner,
    transactions: transactions.value,
  };
  const staged = await local.stage(proposed);
  if (!staged.ok) return staged;
  const block = staged.value;
  const isSole = isSoleSuperOwner(settings.ownership.superOwners, owner);
  const round: Round = isSole && (await mayUseFast(context, proposed)) ? fastRound : multiLeader(0);
  const proposal = await signProposal(network.id, signer, {
    block,
    round,
    retry: { kind: 'none' },
  });
  const most = network.genesis.policy.limits.proposalBytes;
  const size = encode(blockProposalCodec, proposal).length;
  if (size > most) return refuse('proposal-too-large', `${size} bytes`, `up to ${most}`);
  await savePending(context, { proposal, block });
  return ok({ proposal, block });
}

/** Not before our clock, the block before, and every bundle. */
function blockTime(
  { clock }: ClientContext,
  head: ChainHead,
  transactions: readonly Transaction[],
): Timestamp {
  let time: bigint = clock.now();
  if (head.timestamp > time) time = head.timestamp;
  for (const one of transactions) {
    if (one.kind === 'receive' && one.bundle.timestamp > time) time = one.bundle.timestamp;
  }
  return timestamp(time);
}

function isSoleSuperOwner(superOwners: readonly AccountOwner[], owner: AccountOwner): boolean {
  const [first, ...others] = superOwners;
  return first !== undefined && others.length === 0 && isSameOwner(first, owner);
}

/**
 * Two fast proposals at one height could wedge it for ever, so this device's own record must
 * cover every one that it signed, and hold no other.
 */
async function mayUseFast({ wallet }: ClientContext, proposed: ProposedBlock): Promise<boolean> {
  const fast = (await wallet.record(proposed.chain))?.fast;
  if (!fast || proposed.height < fast.from) return false;
  const { signed } = fast;
  if (!signed || signed.height < proposed.height) return true;
  return signed.height === proposed.height && signed.block === proposedBlockHash(proposed);
}

async function savePending({ wallet }: ClientContext, { proposal, block }: Proposed) {
  const { outcome } = block;
  await wallet.savePending(block.header.chain, { proposal, outcome });
}

function proposedFrom({ proposal, outcome }: PendingBlock): Proposed {
  return { proposal, block: blockFrom(proposal.block, outcome) };
}

function ms(from: bigint, to: bigint): number {
  return Number(to - from) / 1_000;
}
