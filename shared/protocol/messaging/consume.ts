import { type Cursor, cursorAfter, cursorText, isBefore } from '../block/cursor.ts';
import type { MessageBundle } from '../block/message.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';

/** Why a bundle may not be taken now. */
export type ConsumeRejection = Rejection<'bundle-already-taken' | 'bundle-skips-unskippable'>;

/**
 * The cursor after taking `bundle`. An unskippable bundle that has not been taken holds back those
 * behind it; anything else may be passed over.
 *
 * @param nextToRemove - the first place of this sender's that is not yet taken or passed over.
 */
export function takeBundle(
  nextToRemove: Cursor,
  bundle: Pick<MessageBundle, 'height' | 'transaction' | 'lastUnskippable'>,
): Result<Cursor, ConsumeRejection> {
  const next = cursorText(nextToRemove);
  if (isBefore(bundle, nextToRemove)) {
    return refuse('bundle-already-taken', cursorText(bundle), `${next} or later`);
  }
  const { lastUnskippable } = bundle;
  if (lastUnskippable && !isBefore(lastUnskippable, nextToRemove)) {
    return refuse('bundle-skips-unskippable', cursorText(bundle), cursorText(lastUnskippable));
  }
  return ok(cursorAfter(bundle));
}
