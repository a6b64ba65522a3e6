import type { Clock } from '#ports/clock.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { SignatureScheme, Verdict } from '#protocol/crypto/signature.ts';
import { ed25519Check } from './ed25519-check.ts';
import { eip191Check } from './eip191-check.ts';
import { type FallbackLimits, newFallbackBudget } from './fallback-budget.ts';
import { newNativeVerify, type VerifyEd25519 } from './native-ed25519.ts';
import { type NativeTrial, tryNative } from './native-trial.ts';
import type { SchemeCheck, Tally, VerifierCounts } from './scheme-check.ts';
import { newVerdictMemo, type VerdictMemo } from './verdict-memo.ts';

/** Who asks: validators must agree with each other, clients may discard what is odd. */
export type VerifierPolicy =
  | {
      readonly kind: 'validators';
      readonly clock: Pick<Clock, 'now'>;
      readonly limits?: FallbackLimits;
    }
  | { readonly kind: 'clients' };

export interface VerifierOptions {
  readonly policy: VerifierPolicy;
  /** Remembers accepted checks, so that validators in one process check a vote once. */
  readonly memo?: VerdictMemo;
  readonly nativeVerify?: VerifyEd25519;
}

export interface SignatureVerifier extends Verifier {
  /** Whether the platform's Ed25519 is in use; if not, each of its checks takes a millisecond. */
  readonly native: NativeTrial;
  counts(): VerifierCounts;
}

/** Judges signatures of every scheme that is built; of others all are invalid. */
export function signatureVerifier(options: VerifierOptions): SignatureVerifier {
  const { policy, memo, nativeVerify } = options;
  const verify = nativeVerify ?? newNativeVerify();
  const native = nativeVerify === undefined ? platformTrial() : tryNative(verify);
  const counts: Tally = { native: 0, fallback: 0, recovered: 0, undecided: 0, remembered: 0 };
  // Each scheme has its own budget: who exhausts one harms the users of no other.
  const newBudget = () =>
    policy.kind === 'validators' ? newFallbackBudget(policy.clock, policy.limits) : undefined;
  const recoveries = memo ?? newVerdictMemo(recoveriesMax);
  const checks: Partial<Record<SignatureScheme, SchemeCheck>> = {
    ed25519: ed25519Check({ verify, native, budget: newBudget(), memo, counts }),
    'secp256k1-eip191': eip191Check({ budget: newBudget(), memo: recoveries, counts }),
  };
  return {
    native,
    counts: () => ({ ...counts }),
    async verifyAll(asked) {
      const verdicts: Verdict[] = [];
      for (const one of asked) {
        const { scheme } = one.publicKey;
        const check = one.signature.scheme === scheme ? checks[scheme] : undefined;
        verdicts.push(check ? (check.cheap(one) ?? (await check.slow(one))) : 'invalid');
      }
      return verdicts;
    },
  };
}

/** Recoveries that a verifier without a memo remembers. */
const recoveriesMax = 1_000;

let trial: NativeTrial | undefined;

/** The trial of this process's own platform, held once. */
function platformTrial(): NativeTrial {
  trial ??= tryNative(newNativeVerify());
  return trial;
}
