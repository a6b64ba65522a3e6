import { randomBytes } from 'node:crypto';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { KeyMaker } from '#client/wallet/keys.ts';

/** Keys as this machine makes them. */
export const keyMaker: KeyMaker = {
  signer: ed25519Signer,
  random: (length) => Uint8Array.from(randomBytes(length)),
};
