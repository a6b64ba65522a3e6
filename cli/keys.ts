import { randomBytes } from 'node:crypto';
import { secp256k1Signer } from '#adapters/node-crypto/secp256k1-signer.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { KeyMaker } from '#client/wallet/keys.ts';
import type { Signer } from '#ports/signer.ts';

/** Keys as this machine makes them. */
export const keyMaker: KeyMaker = {
  signer: ed25519Signer,
  random: (length) => Uint8Array.from(randomBytes(length)),
};

/** What each curve that may be asked for makes of a seed; `secp256k1` signs as EVM wallets do. */
export const signersByCurve: Readonly<Record<Curve, (seed: Uint8Array) => Signer>> = {
  ed25519: ed25519Signer,
  secp256k1: secp256k1Signer,
};

export const curves = ['ed25519', 'secp256k1'] as const;
export type Curve = (typeof curves)[number];
