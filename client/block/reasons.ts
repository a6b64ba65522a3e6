import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import type { ClientContext } from '../context.ts';
import { failureText, type NamedFailure } from '../sync/failure.ts';

/** Why nothing is final yet. */
export interface NotFinal {
  readonly rejection: Rejection;
  /** Enough validators refuse the block itself: it never becomes final. */
  readonly isRefused: boolean;
}

/** Refusals that mean that somebody else was or is active at this height. */
const contested: ReadonlySet<string> = new Set([
  'height-passed',
  'wrong-parent',
  'wrong-round',
  'not-the-leader',
  'round-not-reached',
  'round-already-voted',
  'not-above-lock',
  'confirmed-another-block',
  'invalid-retry',
  'no-vote',
]);

export function isContested(failures: readonly NamedFailure[]): boolean {
  return failures.some(({ failure }) => contested.has(failure.kind));
}

/** What enough validators agree on, else that there is no quorum, and who said what. */
export function reasonOf(
  { committee }: Pick<ClientContext, 'committee'>,
  failures: readonly NamedFailure[],
): NotFinal {
  const weights = new Map<string, bigint>();
  for (const { weight, failure } of failures) {
    const sum = (weights.get(failure.kind) ?? 0n) + weight;
    weights.set(failure.kind, sum);
    const isAnswer = !silent.has(failure.kind) && !contested.has(failure.kind);
    if (isAnswer && sum >= committee.validity) {
      return { rejection: failure, isRefused: !ownTrouble.has(failure.kind) };
    }
  }
  const found = failures.map(failureText).join(', ') || 'no validator answered';
  const expected = `${committee.quorum} of ${committee.totalVotes} votes`;
  return { rejection: refuse('no-quorum', found, expected).error, isRefused: false };
}

/** What says nothing about the request itself. */
const silent: ReadonlySet<string> = new Set([
  'unreachable',
  'busy',
  'other-answer',
  'other-vote',
  'foreign-vote',
  'invalid-vote',
  'height-ahead',
  'missing-bundles',
  'missing-blobs',
  'value-unknown',
  'timestamp-ahead',
  'store-not-bound',
]);

/** What says nothing of the block itself: votes that others cast may still make it final. */
const ownTrouble: ReadonlySet<string> = new Set([
  'internal-fault',
  'quarantined',
  'unknown-chain',
  'unknown-epoch',
]);
