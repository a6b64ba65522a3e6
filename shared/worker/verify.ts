import { isSameKey, type SignatureCheck, type Verdict } from '#protocol/crypto/signature.ts';
import { equalBytes, nameOfBytes } from '#protocol/primitives/bytes.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';

/**
 * Checks all signatures of a request in one wave. A vote of our own that is byte-equal to what we
 * signed needs no check.
 */
export async function verifyAll(
  ports: WorkerPorts,
  checks: readonly SignatureCheck[],
): Promise<readonly Verdict[]> {
  const own = checks.map((check) => isOwn(ports, check));
  const foreign = checks.filter((_, index) => !own[index]);
  const verdicts = foreign.length === 0 ? [] : await ports.verifier.verifyAll(foreign);
  if (foreign.length === checks.length) return verdicts;
  let next = 0;
  return own.map((isOurs) => (isOurs ? 'valid' : (verdicts[next++] ?? 'undecided')));
}

function isOwn(ports: WorkerPorts, { publicKey, message, signature }: SignatureCheck): boolean {
  const own = ports.signer?.publicKey;
  if (!own || !isSameKey(own, publicKey)) return false;
  // Others refuse a scheme that is not the key's, whatever the bytes; our verdict must be theirs.
  if (signature.scheme !== own.scheme) return false;
  const signed = memoryOf(ports).ownSignatures.get(nameOfBytes(message));
  return signed !== undefined && equalBytes(signed, signature.bytes);
}
