import type { Verdict } from '../crypto/signature.ts';
import { assert } from '../primitives/assert.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';

/**
 * Whether all signatures of a request are valid. An undecided one makes the request neither
 * refused nor accepted: it may be sent again.
 */
export function checkVerdicts(
  verdicts: readonly Verdict[],
  asked: number,
): Result<undefined, Rejection<'invalid-signature' | 'busy'>> {
  assert(verdicts.length === asked, 'each signature has its verdict');
  const invalid = verdicts.indexOf('invalid');
  if (invalid >= 0) {
    const which = `signature ${invalid + 1} of ${asked} is invalid`;
    return refuse('invalid-signature', which, 'valid signatures only');
  }
  if (verdicts.includes('undecided')) {
    return refuse('busy', 'a signature that was not decided', 'time to check it');
  }
  return ok(undefined);
}
