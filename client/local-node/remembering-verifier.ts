import type { Verifier } from '#ports/verifier.ts';
import type { SignatureCheck } from '#protocol/crypto/signature.ts';
import { concatBytes, nameOfBytes } from '#protocol/primitives/bytes.ts';

const rememberedMax = 4_096;

/**
 * Remembers the newest valid signatures: a vote is checked when it arrives, and again as part of
 * its certificate.
 */
export function rememberingVerifier(verifier: Verifier): Verifier {
  // Two generations: the young one becomes the old one when it is half of all.
  let young = new Set<string>();
  let old = new Set<string>();

  function remember(name: string): void {
    if (young.size >= rememberedMax / 2) {
      old = young;
      young = new Set();
    }
    young.add(name);
  }

  return {
    async verifyAll(checks) {
      const names = checks.map(nameOf);
      const known = names.map((name) => young.has(name) || old.has(name));
      const unknown = checks.filter((_, index) => !known[index]);
      const fresh = unknown.length === 0 ? [] : await verifier.verifyAll(unknown);
      let next = 0;
      return names.map((name, index) => {
        if (known[index]) return 'valid';
        const verdict = fresh[next++] ?? 'undecided';
        if (verdict === 'valid') remember(name);
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
