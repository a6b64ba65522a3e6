import { compareRounds, type Round, roundText } from '#protocol/block/round.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { Violated } from './invariant-failure.ts';

/** What a validator's key signed at one height. */
interface Signed {
  /** By kind and round. */
  readonly slots: Map<string, string>;
  readonly confirms: { readonly round: Round; readonly block: string }[];
  readonly validates: {
    readonly round: Round;
    readonly block: string;
    readonly unlocking: Round | undefined;
  }[];
}

/** Whether the same vote was released before. */
export type SeenVote = 'first' | 'again';

/** Every vote ever released by honest validators: none may convict its signer. */
export function watchVotes(violated: Violated): (signer: string, vote: Vote) => SeenVote {
  const heights = new Map<string, Signed>();

  return (signer, { payload }) => {
    const { chain, height, epoch, round, value } = payload;
    const key = `${signer} at ${height} of ${chain}`;
    const signed: Signed = heights.get(key) ?? { slots: new Map(), confirms: [], validates: [] };
    heights.set(key, signed);
    const slot = `${value.kind} ${roundText(round)}`;
    const content = value.kind === 'timeout' ? `${epoch}` : contentOf(epoch, value);
    const before = signed.slots.get(slot);
    if (before !== undefined && before !== content) {
      violated('a key signs one vote for a slot', `${key}: ${slot}`);
    }
    signed.slots.set(slot, content);
    if (before !== undefined) return 'again';
    if (value.kind === 'confirm') signed.confirms.push({ round, block: value.block });
    if (value.kind === 'validate') {
      signed.validates.push({ round, block: value.block, unlocking: value.unlocking?.round });
    }
    if (isConvicted(signed)) violated('an honest key cannot be convicted', `${key}: ${slot}`);
    return 'first';
  };
}

function contentOf(
  epoch: number,
  { block, unlocking }: Exclude<Vote['payload']['value'], { kind: 'timeout' }>,
): string {
  const released = unlocking ? `${roundText(unlocking.round)} ${unlocking.commitment}` : 'nothing';
  return `${epoch} ${block} by ${released}`;
}

/** Confirmed X, and later validated Y without a quorum newer than that confirmation. */
function isConvicted({ confirms, validates }: Signed): boolean {
  return confirms.some((confirm) =>
    validates.some(
      ({ round, block, unlocking }) =>
        block !== confirm.block &&
        compareRounds(confirm.round, round) < 0 &&
        (unlocking === undefined || compareRounds(unlocking, confirm.round) <= 0),
    ),
  );
}
