import type { Hash } from '../crypto/hash.ts';
import type { BlockHeight } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { ChainHead } from './head.ts';

/** Why a request is not about the height that a chain is at. */
export type HeightRejection = Rejection<'height-ahead' | 'height-passed'>;

export function checkHeight(
  head: ChainHead,
  height: BlockHeight,
): Result<undefined, HeightRejection> {
  if (height > head.next) return refuse('height-ahead', `${height}`, `${head.next}`);
  if (height < head.next) return refuse('height-passed', `${height}`, `${head.next}`);
  return ok(undefined);
}

/** Whether a block stands on the chain's newest one. */
export function checkTip(
  head: ChainHead,
  { height, parent }: { readonly height: BlockHeight; readonly parent: Hash | undefined },
): Result<undefined, HeightRejection | Rejection<'wrong-parent'>> {
  const next = checkHeight(head, height);
  if (!next.ok) return next;
  if (parent !== head.tip) return refuse('wrong-parent', parent ?? 'none', head.tip ?? 'none');
  return ok(undefined);
}

/** A quarantined chain is served, but gets no votes. */
export function checkVoting(head: ChainHead): Result<undefined, Rejection<'quarantined'>> {
  return head.quarantined
    ? refuse('quarantined', head.chain, 'a chain in good order')
    : ok(undefined);
}
