import type { CheckedFast, CheckedLock, Claim } from '#client/block/next-move.ts';
import { blockFrom } from '#protocol/block/block.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { compareRounds, laterRound, type Round } from '#protocol/block/round.ts';
import { roundAfter } from '#protocol/manager/rounds.ts';
import type { Seen } from './answers.ts';
import { type Setting, signature } from './setting.ts';

/** As a client reads it: what it is worth follows from what others signed. */
export function claimOf(
  { chain }: Setting,
  { accepted, locked, timeout }: Seen,
  failed: boolean,
): Claim {
  const lock = locked?.kind === 'validated' ? locked.certificate.round : undefined;
  const voted = latest(accepted?.round, lock);
  const next = timeout && roundAfter(timeout.round, chain.settings.ownership);
  return { weight: 1n, round: latest(voted, next), voted, accepted, failed };
}

function latest(a: Round | undefined, b: Round | undefined): Round | undefined {
  return a && b ? laterRound(a, b) : (a ?? b);
}

export function newestLock(seen: readonly Seen[]): CheckedLock | undefined {
  const locks = seen.flatMap(({ locked }) => (locked?.kind === 'validated' ? [locked] : []));
  locks.sort((a, b) => compareRounds(b.certificate.round, a.certificate.round));
  const [newest] = locks;
  if (!newest) return undefined;
  const { certificate, body } = newest;
  return { certificate, block: blockFrom(body.proposed, body.outcome) };
}

/** The fast proposal that most voted for. */
export function bestFast({ values }: Setting, seen: readonly Seen[]): CheckedFast | undefined {
  const found = seen.flatMap(({ accepted, locked }) => {
    const voted = locked?.kind === 'fast' ? locked.proposal : undefined;
    const proposal = voted ?? (accepted && isFast(accepted) ? accepted : undefined);
    return proposal ? [{ proposal, votes: voted ? 1 : 0 }] : [];
  });
  const ranked = values.map((block) => {
    const own = found.filter(({ proposal }) => isOf(proposal, block.header.timestamp));
    return { block, own, votes: own.reduce((sum, { votes }) => sum + votes, 0) };
  });
  ranked.sort((a, b) => b.votes - a.votes);
  const best = ranked.find(({ own }) => own.length > 0);
  const proposal = best?.own[0]?.proposal;
  if (!best || !proposal) return undefined;
  const { publicKey } = proposal.retry.kind === 'fast' ? proposal.retry : proposal;
  return { block: best.block, retry: { kind: 'fast', publicKey, signature } };
}

function isFast({ round, retry }: BlockProposal): boolean {
  return round.kind === 'fast' || retry.kind === 'fast';
}

/** Blocks here differ in their times. */
function isOf({ block }: BlockProposal, timestamp: bigint): boolean {
  return block.timestamp === timestamp;
}
