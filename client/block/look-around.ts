import type { Block } from '#protocol/block/block.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { compareRounds } from '#protocol/block/round.ts';
import type { PendingHeight } from '#protocol/chain/info.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import type { ClientContext } from '../context.ts';
import type { NamedFailure } from '../sync/failure.ts';
import { pullWith } from '../sync/pull-chain.ts';
import { checkClaim, checkFast, checkLock, type Height } from './check-claims.ts';
import type { CheckedFast, CheckedLock, Claim } from './next-move.ts';

/** What the validators hold for a height, as far as it could be checked. */
export interface Surroundings {
  readonly claims: readonly Claim[];
  readonly lock: CheckedLock | undefined;
  readonly fast: CheckedFast | undefined;
  readonly ownership: Ownership;
}

/**
 * Asks a quorum what it holds for the height that `own` is for. Newer blocks are applied here, and
 * the newest timeout certificate is passed on.
 */
export async function lookAround(
  context: ClientContext,
  own: Block,
  failures: readonly NamedFailure[],
): Promise<Result<Surroundings, readonly NamedFailure[]>> {
  const { committee, local } = context;
  const { chain } = own.header;
  const found = await pullWith(context, chain, { ownership: false, pending: true });
  if (found.weight < committee.quorum) return reject(found.failures);
  const ownership = (await readSettings(local.ports, chain))?.ownership;
  assert(ownership !== undefined, 'a chain that was proposed on is known');
  const height: Height = { context, own, ownership };
  const refused = failures.filter(({ failure }) => failure.kind !== 'other-answer');
  const failed = new Set(refused.map(({ name }) => name));
  const claims: Claim[] = [];
  const pending: PendingHeight[] = [];
  for (const { member, value } of found.answers) {
    const { name, weight } = member;
    const held = value.pending;
    const checked = held ? await checkClaim(height, held) : nothingHeld;
    claims.push({ weight, failed: failed.has(name), ...checked });
    if (held) pending.push(held);
  }
  passOnTimeout(context, pending);
  const lock = await newestLock(height, pending);
  return ok({ claims, lock, fast: await bestFast(height, pending), ownership });
}

const nothingHeld = { round: undefined, voted: undefined, accepted: undefined };

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

async function newestLock(
  height: Height,
  pending: readonly PendingHeight[],
): Promise<CheckedLock | undefined> {
  const locks = pending
    .flatMap(({ locked }) => (locked?.kind === 'validated' ? [locked] : []))
    .sort((a, b) => compareRounds(b.certificate.round, a.certificate.round));
  for (const lock of locks) {
    const checked = await checkLock(height, lock);
    if (checked) return checked;
  }
  return undefined;
}

/** Among the fast proposals that hold up, the one that most validators voted for. */
async function bestFast(
  height: Height,
  pending: readonly PendingHeight[],
): Promise<CheckedFast | undefined> {
  const byBlock = new Map<string, { readonly proposal: BlockProposal; votes: number }>();
  for (const { locked, accepted } of pending) {
    const voted = locked?.kind === 'fast' ? locked.proposal : undefined;
    const proposal = voted ?? (accepted && isFast(accepted) ? accepted : undefined);
    if (!proposal) continue;
    const key = `${proposedBlockHash(proposal.block)} ${proposal.outcome}`;
    const seen = byBlock.get(key) ?? { proposal, votes: 0 };
    byBlock.set(key, seen);
    if (voted) seen.votes++;
  }
  const ranked = [...byBlock.values()].sort((a, b) => b.votes - a.votes);
  for (const { proposal } of ranked) {
    const checked = await checkFast(height, proposal);
    if (checked) return checked;
  }
  return undefined;
}

function isFast({ round, retry }: BlockProposal): boolean {
  return round.kind === 'fast' || retry.kind === 'fast';
}
