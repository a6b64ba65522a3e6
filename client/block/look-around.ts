import type { Block } from '#protocol/block/block.ts';
import type { TimeoutCertificate } from '#protocol/block/certificate.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import { compareRounds, type Round } from '#protocol/block/round.ts';
import type { PendingHeight } from '#protocol/chain/info.ts';
import { assert } from '#protocol/primitives/assert.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { readInfo } from '#worker/read-chain.ts';
import { readSettings } from '#worker/read-state.ts';
import type { ClientContext } from '../context.ts';
import type { NamedFailure } from '../sync/failure.ts';
import type { Member } from '../sync/members.ts';
import { pullWith } from '../sync/pull-chain.ts';
import { keepRound } from '../sync/push-rounds.ts';
import { checkClaim, checkFast, checkLock, type Height } from './check-claims.ts';
import type { Place } from './may-propose.ts';
import type { CheckedFast, CheckedLock, Claim } from './next-move.ts';

/** What the validators hold for a height, as far as it could be checked. */
export interface Surroundings {
  readonly place: Place;
  readonly claims: readonly Claim[];
  readonly opened: Round;
  readonly lock: CheckedLock | undefined;
  readonly fast: CheckedFast | undefined;
  /** When the round may time out, as validators say. */
  readonly deadlines: readonly Timestamp[];
}

/**
 * Asks a quorum what it holds for the height that `own` is for. Newer blocks are applied here. The
 * newest timeout certificate and the newest lock are kept, the former is passed on.
 */
export async function lookAround(
  context: ClientContext,
  own: Block,
  failures: readonly NamedFailure[],
): Promise<Result<Surroundings, readonly NamedFailure[]>> {
  const { committee, local } = context;
  const { chain, height: at } = own.header;
  const found = await pullWith(context, chain, { ownership: false, pending: true });
  if (found.weight < committee.quorum) return reject(found.failures);
  const ownership = (await readSettings(local.ports, chain))?.ownership;
  assert(ownership !== undefined, 'a chain that was proposed on is known');
  const height: Height = { context, own, ownership };
  const refused = failures.filter(({ failure }) => failure.kind !== 'other-answer');
  const failed = new Set(refused.map(({ name }) => name));
  const claims: Claim[] = [];
  const views: View[] = [];
  for (const { member, value } of found.answers) {
    const { name, weight } = member;
    const held = value.next === at ? value.pending : undefined;
    const checked = held ? await checkClaim(height, held) : nothingHeld;
    claims.push({ ...checked, weight, failed: failed.has(name) });
    views.push({ member, held, left: checked.left });
  }
  const here = await heldHere(context, own);
  const pending = [...views.flatMap(({ held }) => held ?? []), ...(here ? [here] : [])];
  await passOn(context, views, newestTimeout(views, here));
  const lock = await newestLock(height, pending);
  if (lock) await keepRound(context, lockRequest(lock));
  const opened = await roundHere(context, own);
  const deadlines = found.answers.flatMap(({ value }) => value.deadline ?? []);
  const place = { ownership, committee, chain, height: at };
  return ok({ place, claims, opened, lock, fast: await bestFast(height, pending), deadlines });
}

/** What one validator said. */
interface View {
  readonly member: Member;
  readonly held: PendingHeight | undefined;
  /** The latest round that it can show to be given up. */
  readonly left: Round | undefined;
}

const nothingHeld = { round: undefined, voted: undefined, accepted: undefined, left: undefined };

/** What was kept here of the height, by this process or one before. */
async function heldHere(
  { local }: ClientContext,
  { header: { chain, height } }: Block,
): Promise<PendingHeight | undefined> {
  const info = await readInfo(local.ports, chain, { ownership: false, pending: true });
  return info.ok && info.value.next === height ? info.value.pending : undefined;
}

/** The latest round that the certificates kept here open, or the first. */
async function roundHere({ local }: ClientContext, { header: { chain } }: Block): Promise<Round> {
  const info = await readInfo(local.ports, chain, { ownership: false, pending: false });
  assert(info.ok, 'a chain that was proposed on is known');
  return info.value.round;
}

function newestTimeout(
  views: readonly View[],
  here: PendingHeight | undefined,
): TimeoutCertificate | undefined {
  const shown = views.flatMap(({ left, held }) => (left && held?.timeout ? [held.timeout] : []));
  return [...shown, ...(here?.timeout ? [here.timeout] : [])].reduce<
    TimeoutCertificate | undefined
  >(
    (newest, one) => (newest && compareRounds(newest.round, one.round) >= 0 ? newest : one),
    undefined,
  );
}

/** Keeps the newest, and sends it to those that do not show it. */
async function passOn(
  context: ClientContext,
  views: readonly View[],
  certificate: TimeoutCertificate | undefined,
): Promise<void> {
  if (!certificate) return;
  const request = { kind: 'timeout', certificate } as const;
  await keepRound(context, request);
  for (const { member, left } of views) {
    if (left && compareRounds(left, certificate.round) >= 0) continue;
    context.background.add(member.ask((node) => node.handle(request)));
  }
}

function lockRequest({ certificate, block: { proposed, outcome } }: CheckedLock) {
  return { kind: 'validated', certificate, body: { proposed, outcome } } as const;
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
