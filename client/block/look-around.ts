import { type Block, blockFrom } from '#protocol/block/block.ts';
import { validatedChecks } from '#protocol/block/check-certificate.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { isSuperOwner, type Ownership } from '#protocol/block/ownership.ts';
import { type BlockProposal, fastProposalDigest } from '#protocol/block/proposal.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { compareRounds } from '#protocol/block/round.ts';
import type { LockedBlock, PendingHeight } from '#protocol/chain/info.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import type { ClientContext } from '../context.ts';
import { gather } from '../sync/ask-quorum.ts';
import type { NamedFailure } from '../sync/failure.ts';
import { pullFrom } from '../sync/pull-chain.ts';
import type { CheckedFast, CheckedLock, Claim } from './next-move.ts';

/** What the validators hold for a height, as far as it could be checked. */
export interface Surroundings {
  readonly claims: readonly Claim[];
  readonly lock: CheckedLock | undefined;
  readonly fast: CheckedFast | undefined;
  readonly ownership: Ownership | undefined;
}

/**
 * Asks a quorum what it holds for the height that `own` is for. Newer blocks are applied here, and
 * the newest timeout certificate is passed on.
 */
export async function lookAround(
  context: ClientContext,
  own: Block,
): Promise<Result<Surroundings, readonly NamedFailure[]>> {
  const { members, committee, clock, background, local } = context;
  const { chain, height } = own.header;
  const flags = { ownership: false, pending: true };
  const found = await gather({
    members,
    quorum: committee.quorum,
    clock,
    background,
    ask: (member, isWanted) => member.ask((node) => node.info(chain, flags), isWanted),
  });
  await pullFrom(context, chain, found.answers);
  if (found.weight < committee.quorum) return reject(found.failures);
  const here = found.answers.filter(({ value }) => value.chain === chain && value.next === height);
  const pending = here.flatMap(({ value }) => (value.pending ? [value.pending] : []));
  passOnTimeout(context, pending);
  return ok({
    claims: here.map(({ member, value }) => ({ weight: member.weight, info: value })),
    lock: await newestLock(context, height, pending),
    fast: await bestFast(context, own, pending),
    ownership: (await readSettings(local.ports, chain))?.ownership,
  });
}

/** Validators check it themselves. */
function passOnTimeout(
  { members, background }: ClientContext,
  pending: readonly PendingHeight[],
): void {
  const [newest] = pending
    .flatMap(({ timeout }) => (timeout ? [timeout] : []))
    .sort((a, b) => compareRounds(b.round, a.round));
  if (!newest) return;
  const request = { kind: 'timeout', certificate: newest } as const;
  for (const member of members) background.add(member.ask((node) => node.handle(request)));
}

type ValidatedLock = Extract<LockedBlock, { kind: 'validated' }>;

async function newestLock(
  context: ClientContext,
  height: BlockHeight,
  pending: readonly PendingHeight[],
): Promise<CheckedLock | undefined> {
  const locks = pending
    .flatMap(({ locked }) => (locked?.kind === 'validated' ? [locked] : []))
    .sort((a, b) => compareRounds(b.certificate.round, a.certificate.round));
  for (const lock of locks) {
    const checked = await checkLock(context, height, lock);
    if (checked) return checked;
  }
  return undefined;
}

async function checkLock(
  { committee, local }: ClientContext,
  height: BlockHeight,
  { certificate, body }: ValidatedLock,
): Promise<CheckedLock | undefined> {
  const block = blockFrom(body.proposed, body.outcome);
  const { header } = block;
  const isFor =
    certificate.block === block.hash &&
    certificate.chain === header.chain &&
    certificate.height === height &&
    header.height === height &&
    certificate.epoch === header.epoch;
  const checks = validatedChecks(certificate, committee);
  if (!isFor || !checks.ok) return undefined;
  const verdicts = await local.ports.verifier.verifyAll(checks.value);
  return verdicts.every((verdict) => verdict === 'valid') ? { certificate, block } : undefined;
}

/** Among the fast proposals that hold up, the one that most validators voted for. */
async function bestFast(
  context: ClientContext,
  own: Block,
  pending: readonly PendingHeight[],
): Promise<CheckedFast | undefined> {
  const votes = new Map<string, { readonly proposal: BlockProposal; votes: number }>();
  for (const { locked, accepted } of pending) {
    const voted = locked?.kind === 'fast' ? locked.proposal : undefined;
    const proposal = voted ?? (accepted && isFast(accepted) ? accepted : undefined);
    if (!proposal) continue;
    const key = `${proposedBlockHash(proposal.block)} ${proposal.outcome}`;
    const seen = votes.get(key) ?? { proposal, votes: 0 };
    votes.set(key, seen);
    if (voted) seen.votes++;
  }
  const ranked = [...votes.values()].sort((a, b) => b.votes - a.votes);
  for (const { proposal } of ranked) {
    const checked = await checkFast(context, own, proposal);
    if (checked) return checked;
  }
  return undefined;
}

function isFast({ round, retry }: BlockProposal): boolean {
  return round.kind === 'fast' || retry.kind === 'fast';
}

/** A super owner must have signed it, and it must give the outcome that was signed. */
async function checkFast(
  { local, network }: ClientContext,
  own: Block,
  proposal: BlockProposal,
): Promise<CheckedFast | undefined> {
  const { block: proposed, retry, outcome } = proposal;
  if (proposed.chain !== own.header.chain || proposed.height !== own.header.height)
    return undefined;
  const signed = retry.kind === 'fast' ? retry : proposal;
  const { publicKey, signature } = signed;
  const settings = await readSettings(local.ports, proposed.chain);
  if (!settings || !isSuperOwner(settings.ownership, ownerOf(publicKey))) return undefined;
  const message = fastProposalDigest(network.id, proposal);
  const [verdict] = await local.ports.verifier.verifyAll([{ publicKey, message, signature }]);
  if (verdict !== 'valid') return undefined;
  const staged = await local.stage(proposed);
  if (!staged.ok || outcomeHash(staged.value.header) !== outcome) return undefined;
  return { block: staged.value, retry: { kind: 'fast', publicKey, signature } };
}
