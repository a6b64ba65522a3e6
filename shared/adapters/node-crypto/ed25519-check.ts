import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import type { FallbackBudget } from './fallback-budget.ts';
import type { VerifyEd25519 } from './native-ed25519.ts';
import type { NativeTrial } from './native-trial.ts';
import { nobleVerify } from './noble-ed25519.ts';
import { isBelowGroupOrder } from './scalar.ts';
import { othersTurn, type SchemeCheck, type Tally } from './scheme-check.ts';
import type { VerdictMemo } from './verdict-memo.ts';

export interface Ed25519Parts {
  readonly verify: VerifyEd25519;
  readonly native: NativeTrial;
  /** None for clients, who discard what the platform refuses. */
  readonly budget: FallbackBudget | undefined;
  readonly memo: VerdictMemo | undefined;
  readonly counts: Tally;
}

/**
 * The rule is ZIP-215 as `nobleVerify` has it. What the platform accepts is valid, which
 * `tryNative` has tested; what it refuses is looked at again by validators, within a budget over
 * which the verdict is `undecided`, and discarded by clients.
 */
export function ed25519Check({ verify, native, budget, memo, counts }: Ed25519Parts): SchemeCheck {
  return {
    cheap(check) {
      const { publicKey, message, signature } = check;
      if (publicKey.bytes.length !== 32 || signature.bytes.length !== 64) return 'invalid';
      if (!isBelowGroupOrder(signature.bytes)) return 'invalid';
      if (memo?.has(check) === true) {
        counts.remembered++;
        return 'valid';
      }
      if (native.kind === 'distrusted') return undefined;
      counts.native++;
      if (verify(publicKey.bytes, message, signature.bytes)) {
        memo?.add(check);
        return 'valid';
      }
      return budget === undefined ? 'invalid' : undefined;
    },
    async slow({ publicKey, message, signature }) {
      const isSpared = native.kind === 'trusted' && budget !== undefined;
      if (isSpared && !budget.spend(nameOfBytes(publicKey.bytes))) {
        counts.undecided++;
        return 'undecided';
      }
      counts.fallback++;
      await othersTurn();
      return nobleVerify(publicKey.bytes, message, signature.bytes) ? 'valid' : 'invalid';
    },
  };
}
