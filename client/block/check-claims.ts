import { type Block, blockFrom } from '#protocol/block/block.ts';
import type { TimeoutCertificate } from '#protocol/block/certificate.ts';
import {
  type CertificateChecks,
  timeoutChecks,
  validatedChecks,
} from '#protocol/block/check-certificate.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { isOwner, isSuperOwner, type Ownership } from '#protocol/block/ownership.ts';
import {
  type BlockProposal,
  fastProposalDigest,
  proposalDigest,
} from '#protocol/block/proposal.ts';
import { laterRound, type Round } from '#protocol/block/round.ts';
import type { LockedBlock, PendingHeight } from '#protocol/chain/info.ts';
import { seatOf } from '#protocol/committee/committee.ts';
import type { SignatureCheck } from '#protocol/crypto/signature.ts';
import { roundAfter } from '#protocol/manager/rounds.ts';
import type { ClientContext } from '../context.ts';
import type { CheckedFast, CheckedLock, Claim } from './next-move.ts';
import { stage } from './stage.ts';

/** Where claims are checked: the height that `own` is for. */
export interface Height {
  readonly context: ClientContext;
  readonly own: Block;
  readonly ownership: Ownership;
}

export interface CheckedClaim extends Pick<Claim, 'round' | 'voted' | 'accepted'> {
  /** The latest round that a quorum gave up, as the validator can show. */
  readonly left: Round | undefined;
}

/**
 * What of a validator's claims others signed: an owner its proposal, a quorum its certificates.
 * A validator alone cannot make a round seem used up.
 */
export async function checkClaim(height: Height, pending: PendingHeight): Promise<CheckedClaim> {
  const { accepted, locked, timeout } = pending;
  const proposal = accepted && (await isProposed(height, accepted)) ? accepted : undefined;
  const lock = locked?.kind === 'validated' ? await checkLock(height, locked) : undefined;
  const voted = latest(proposal?.round, lock?.certificate.round);
  const left = timeout && (await isLeft(height, timeout)) ? timeout.round : undefined;
  const next = left && roundAfter(left, height.ownership);
  return { round: latest(voted, next), voted, accepted: proposal, left };
}

/** A lock whose certificate is valid, and for the block that came with it. */
export async function checkLock(
  height: Height,
  { certificate, body }: Extract<LockedBlock, { kind: 'validated' }>,
): Promise<CheckedLock | undefined> {
  const block = blockFrom(body.proposed, body.outcome);
  const isFor = certificate.block === block.hash && certificate.epoch === block.header.epoch;
  if (!isFor || !isHere(height, block.header) || !isHere(height, certificate)) return undefined;
  const checks = validatedChecks(certificate, height.context.committee);
  return (await areValid(height, checks)) ? { certificate, block } : undefined;
}

/** A fast proposal that a super owner signed, and that gives the outcome that was signed. */
export async function checkFast(
  height: Height,
  proposal: BlockProposal,
): Promise<CheckedFast | undefined> {
  const { context, ownership } = height;
  const { block: proposed, retry, outcome } = proposal;
  if (!isHere(height, proposed)) return undefined;
  const { publicKey, signature } = retry.kind === 'fast' ? retry : proposal;
  if (!isSuperOwner(ownership, ownerOf(publicKey))) return undefined;
  const message = fastProposalDigest(context.network.id, proposal);
  if (!(await isSigned(height, { publicKey, message, signature }))) return undefined;
  const staged = await stage(context, proposed);
  if (!staged.ok || outcomeHash(staged.value.header) !== outcome) return undefined;
  return { block: staged.value, retry: { kind: 'fast', publicKey, signature } };
}

async function isProposed(height: Height, proposal: BlockProposal): Promise<boolean> {
  const { context } = height;
  const { block, publicKey, signature } = proposal;
  if (!isHere(height, block) || !isEligible(height, proposal)) return false;
  const message = proposalDigest(context.network.id, proposal);
  return await isSigned(height, { publicKey, message, signature });
}

/** Whether the proposer may propose in such a round at all. */
function isEligible({ context, ownership }: Height, { round, publicKey }: BlockProposal): boolean {
  if (round.kind === 'validator') return seatOf(context.committee, publicKey) !== undefined;
  const isOpen = round.kind === 'multi-leader' && ownership.openMultiLeader;
  return isOpen || isOwner(ownership, ownerOf(publicKey));
}

async function isLeft(height: Height, timeout: TimeoutCertificate): Promise<boolean> {
  if (!isHere(height, timeout)) return false;
  return await areValid(height, timeoutChecks(timeout, height.context.committee));
}

async function areValid({ context }: Height, checks: CertificateChecks): Promise<boolean> {
  if (!checks.ok) return false;
  const verdicts = await context.local.ports.verifier.verifyAll(checks.value);
  return verdicts.every((verdict) => verdict === 'valid');
}

async function isSigned({ context }: Height, check: SignatureCheck): Promise<boolean> {
  const [verdict] = await context.local.ports.verifier.verifyAll([check]);
  return verdict === 'valid';
}

function isHere(
  { own }: Height,
  about: { readonly chain: string; readonly height: bigint; readonly epoch: number },
): boolean {
  const { chain, height, epoch } = own.header;
  return about.chain === chain && about.height === height && about.epoch === epoch;
}

function latest(a: Round | undefined, b: Round | undefined): Round | undefined {
  return a && b ? laterRound(a, b) : (a ?? b);
}
