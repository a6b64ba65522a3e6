import type { Clock } from '#ports/clock.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import { type FallbackLimits, newFallbackBudget } from './fallback-budget.ts';
import { newNativeVerify, type VerifyEd25519 } from './native-ed25519.ts';
import { type NativeTrial, tryNative } from './native-trial.ts';
import { nobleVerify } from './noble-ed25519.ts';
import { isBelowGroupOrder } from './scalar.ts';
import type { VerdictMemo } from './verdict-memo.ts';

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

export interface VerifierCounts {
  readonly native: number;
  readonly fallback: number;
  readonly undecided: number;
  readonly remembered: number;
}

export interface Ed25519Verifier extends Verifier {
  /** Whether the platform's code is in use; if not, each check takes a millisecond. */
  readonly native: NativeTrial;
  counts(): VerifierCounts;
}

/**
 * The rule is ZIP-215 as `nobleVerify` has it. What the platform accepts is valid, which
 * `tryNative` has tested; what it refuses is looked at again by validators, within a budget over
 * which the verdict is `undecided`, and discarded by clients.
 */
export function ed25519Verifier({ policy, memo, nativeVerify }: VerifierOptions): Ed25519Verifier {
  const verify = nativeVerify ?? newNativeVerify();
  const native = nativeVerify === undefined ? platformTrial() : tryNative(verify);
  const budget =
    policy.kind === 'validators' ? newFallbackBudget(policy.clock, policy.limits) : undefined;
  const counts = { native: 0, fallback: 0, undecided: 0, remembered: 0 };

  /** The verdict if it is cheap, or nothing if the fallback is to decide. */
  function cheapVerdict(check: SignatureCheck): Verdict | undefined {
    const { publicKey, message, signature } = check;
    if (!isEd25519(check) || !isBelowGroupOrder(signature.bytes)) return 'invalid';
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
  }

  async function fallbackVerdict(check: SignatureCheck): Promise<Verdict> {
    const { publicKey, message, signature } = check;
    const isSpared = native.kind === 'trusted' && budget !== undefined;
    if (isSpared && !budget.spend(nameOfBytes(publicKey.bytes))) {
      counts.undecided++;
      return 'undecided';
    }
    counts.fallback++;
    await othersTurn();
    return nobleVerify(publicKey.bytes, message, signature.bytes) ? 'valid' : 'invalid';
  }

  return {
    native,
    counts: () => ({ ...counts }),
    async verifyAll(checks) {
      const verdicts: Verdict[] = [];
      for (const check of checks) {
        verdicts.push(cheapVerdict(check) ?? (await fallbackVerdict(check)));
      }
      return verdicts;
    },
  };
}

/** Between two slow checks the process attends to whatever else waits. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

let trial: NativeTrial | undefined;

/** The trial of this process's own platform, held once. */
function platformTrial(): NativeTrial {
  trial ??= tryNative(newNativeVerify());
  return trial;
}

function isEd25519({ publicKey, signature }: SignatureCheck): boolean {
  return (
    publicKey.scheme === 'ed25519' &&
    signature.scheme === 'ed25519' &&
    publicKey.bytes.length === 32 &&
    signature.bytes.length === 64
  );
}
