import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { ownerOf, ownerText } from '#protocol/block/owner.ts';
import { loadSeed, targetVariables } from './traffic/target.ts';

const secretLengthMin = 16;
const tokens = 1_000_000;

/** Owners of chains that a network under load is to begin with, as `weft validator genesis` takes them. */
export function keysText(
  count: number,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const secret = environment[targetVariables.secret] ?? '';
  if (!Number.isInteger(count) || count < 1 || secret.length < secretLengthMin) {
    const least = `${secretLengthMin} characters`;
    throw new Error(`a number of keys, and ${targetVariables.secret} of at least ${least}`);
  }
  return Array.from({ length: count }, (_, index) => {
    const owner = ownerOf(ed25519Signer(loadSeed(secret, index)).publicKey);
    return `--chain ${ownerText(owner)}=${tokens}\n`;
  }).join('');
}
