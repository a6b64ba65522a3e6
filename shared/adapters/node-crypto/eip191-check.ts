import { equalBytes, nameOfBytes } from '#protocol/primitives/bytes.ts';
import { isStrict, recoverAddress } from './eip191.ts';
import type { FallbackBudget } from './fallback-budget.ts';
import { othersTurn, type SchemeCheck, type Tally } from './scheme-check.ts';
import type { VerdictMemo } from './verdict-memo.ts';

export interface Eip191Parts {
  /** None for clients, who wait for themselves alone. */
  readonly budget: FallbackBudget | undefined;
  /** Spares the recovery when a request comes again. */
  readonly memo: VerdictMemo;
  readonly counts: Tally;
}

/**
 * Valid is what recovers to the address that is the key. The platform recovers no keys, so each
 * check that is new costs a millisecond or two: over the budget it is `undecided`.
 */
export function eip191Check({ budget, memo, counts }: Eip191Parts): SchemeCheck {
  return {
    cheap(check) {
      const { publicKey, message, signature } = check;
      if (publicKey.bytes.length !== 20 || message.length !== 32) return 'invalid';
      if (!isStrict(signature.bytes)) return 'invalid';
      if (!memo.has(check)) return undefined;
      counts.remembered++;
      return 'valid';
    },
    async slow(check) {
      const { publicKey, message, signature } = check;
      if (budget !== undefined && !budget.spend(nameOfBytes(publicKey.bytes))) {
        counts.undecided++;
        return 'undecided';
      }
      counts.recovered++;
      await othersTurn();
      const address = recoverAddress(message, signature.bytes);
      if (address === undefined || !equalBytes(address, publicKey.bytes)) return 'invalid';
      memo.add(check);
      return 'valid';
    },
  };
}
