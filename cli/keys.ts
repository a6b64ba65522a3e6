import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import { secp256k1Signer } from '#adapters/node-crypto/secp256k1-signer.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { KeyMaker, KeyScheme } from '#client/wallet/keys.ts';
import type { Signer } from '#ports/signer.ts';

const signers: Readonly<Record<KeyScheme, (seed: Uint8Array) => Signer>> = {
  ed25519: ed25519Signer,
  'secp256k1-eip191': secp256k1Signer,
};

/** Keys as this machine makes them. */
export const keyMaker: KeyMaker = {
  signer: (seed, scheme) => signers[scheme](seed),
  random: (length) => Uint8Array.from(randomBytes(length)),
};

/** The scheme of each curve that may be asked for; `secp256k1` signs as EVM wallets do. */
export const schemesByCurve = {
  ed25519: 'ed25519',
  secp256k1: 'secp256k1-eip191',
} as const satisfies Readonly<Record<string, KeyScheme>>;
export type Curve = keyof typeof schemesByCurve;

/** Which curve a new key is of. */
export function schemeOption(): Option {
  return new Option('--scheme <curve>', 'ed25519, or secp256k1, whose key is an EVM address')
    .choices(['ed25519', 'secp256k1'] satisfies readonly Curve[])
    .default('ed25519');
}
