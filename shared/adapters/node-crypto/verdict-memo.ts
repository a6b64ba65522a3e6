import type { SignatureCheck } from '#protocol/crypto/signature.ts';
import { concatBytes, nameOfBytes } from '#protocol/primitives/bytes.ts';
import { newRecentMap } from './recent-map.ts';

/**
 * Checks that passed lately. It holds no refusals: those differ between clients and validators,
 * who may share one.
 */
export interface VerdictMemo {
  has(check: SignatureCheck): boolean;
  add(check: SignatureCheck): void;
}

export function newVerdictMemo(max: number): VerdictMemo {
  const passed = newRecentMap<true>(max);
  return {
    has: (check) => passed.get(nameOf(check)) === true,
    add: (check) => passed.set(nameOf(check), true),
  };
}

/** A key's length tells its scheme, and that its signatures' length: the message may vary. */
function nameOf({ publicKey, message, signature }: SignatureCheck): string {
  const length = Uint8Array.of(publicKey.bytes.length);
  return nameOfBytes(concatBytes(length, publicKey.bytes, signature.bytes, message));
}
