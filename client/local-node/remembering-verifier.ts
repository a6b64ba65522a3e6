import type { Verifier } from '#ports/verifier.ts';
import type { SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';
import { concatBytes, nameOfBytes } from '#protocol/primitives/bytes.ts';

const rememberedMax = 4_096;

/**
 * Remembers the newest valid signatures: a vote is checked when it arrives, and again as part of
 * its certificate.
 */
export function rememberingVerifier(verifier: Verifier): Verifier {
  const valid = new Set<string>();

  function remember(name: string): void {
    valid.add(name);
    if (valid.size <= rememberedMax) return;
    for (const oldest of valid) {
      valid.delete(oldest);
      return;
    }
  }

  return {
    async verifyAll(checks) {
      const names = checks.map(nameOf);
      const unknown = checks.filter((_, index) => !valid.has(names[index] as string));
      const fresh = unknown.length === 0 ? [] : await verifier.verifyAll(unknown);
      const byCheck = new Map<SignatureCheck, Verdict | undefined>();
      for (const [index, check] of unknown.entries()) byCheck.set(check, fresh[index]);
      return checks.map((check, index) => {
        if (!byCheck.has(check)) return 'valid';
        const verdict = byCheck.get(check) ?? 'undecided';
        if (verdict === 'valid') remember(names[index] as string);
        return verdict;
      });
    },
  };
}

/** All of a check: another key, message or signature is another name. */
function nameOf({ publicKey, message, signature }: SignatureCheck): string {
  const name = nameOfBytes(concatBytes(publicKey.bytes, message, signature.bytes));
  return `${publicKey.scheme}:${publicKey.bytes.length}:${signature.scheme}:${name}`;
}
