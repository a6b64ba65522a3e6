import { type CommitteeOf, checkEvidence } from '#protocol/block/check-evidence.ts';
import type { Evidence } from '#protocol/block/evidence.ts';
import { roundText } from '#protocol/block/round.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { Violated } from './invariant-failure.ts';

/** What a validator's key signed at one height. */
interface Signed {
  /** By kind and round. */
  readonly slots: Map<string, string>;
  readonly votes: Vote[];
}

/** Whether the same vote was released before. */
export type SeenVote = 'first' | 'again';

export interface ReleasedVote {
  readonly signer: string;
  readonly vote: Vote;
}

export interface VoteWatch {
  seen(signer: string, vote: Vote): SeenVote;
  hasSeen(signer: string, payload: Vote['payload']): boolean;
  /** The votes that commit to a certificate. */
  opened(): readonly ReleasedVote[];
}

/** Every vote ever released by honest validators: none may convict its signer. */
export function watchVotes(committeeOf: CommitteeOf, violated: Violated): VoteWatch {
  const heights = new Map<string, Signed>();
  const opened: ReleasedVote[] = [];
  const texts = new Set<string>();
  const isConvicting = (evidence: Evidence) => checkEvidence(evidence, committeeOf).ok;

  function seen(signer: string, vote: Vote): SeenVote {
    const { chain, height, epoch, round, value } = vote.payload;
    const key = `${signer} at ${height} of ${chain}`;
    const signed: Signed = heights.get(key) ?? { slots: new Map(), votes: [] };
    heights.set(key, signed);
    const slot = `${value.kind} ${roundText(round)}`;
    const content = value.kind === 'timeout' ? `${epoch}` : contentOf(epoch, value);
    const before = signed.slots.get(slot);
    if (before !== undefined && before !== content) {
      violated('a key signs one vote for a slot', `${key}: ${slot}`);
    }
    signed.slots.set(slot, content);
    if (before !== undefined) return 'again';
    texts.add(`${signer} ${payloadText(vote.payload)}`);
    for (const other of signed.votes) {
      if (evidenceOf(vote, other).some(isConvicting)) {
        violated('an honest key cannot be convicted', `${key}: ${slot}`);
      }
    }
    signed.votes.push(vote);
    if (value.kind !== 'timeout' && value.unlocking) opened.push({ signer, vote });
    return 'first';
  }

  return {
    seen,
    opened: () => opened,
    hasSeen: (signer, payload) => texts.has(`${signer} ${payloadText(payload)}`),
  };
}

/** Whatever two votes may be said to show. */
function evidenceOf(one: Vote, other: Vote): readonly Evidence[] {
  return [
    { kind: 'double-vote', first: one, second: other },
    { kind: 'broken-lock', confirm: one, validate: other },
    { kind: 'broken-lock', confirm: other, validate: one },
  ];
}

function contentOf(
  epoch: number,
  { block, unlocking }: Exclude<Vote['payload']['value'], { kind: 'timeout' }>,
): string {
  const released = unlocking ? `${roundText(unlocking.round)} ${unlocking.commitment}` : 'nothing';
  return `${epoch} ${block} by ${released}`;
}

/** One text for what a vote says. */
function payloadText({ chain, height, epoch, round, value }: Vote['payload']): string {
  const about = `${value.kind} ${chain} ${height} ${epoch} ${roundText(round)}`;
  if (value.kind === 'timeout') return about;
  const { block, unlocking } = value;
  return `${about} ${block} ${unlocking && `${roundText(unlocking.round)} ${unlocking.commitment}`}`;
}
