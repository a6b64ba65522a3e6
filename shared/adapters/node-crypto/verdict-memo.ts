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

/** Keys and signatures of Ed25519 have fixed lengths, so the message may vary without confusion. */
function nameOf({ publicKey, message, signature }: SignatureCheck): string {
  return nameOfBytes(concatBytes(publicKey.bytes, signature.bytes, message));
}
