import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign as signNatively,
} from 'node:crypto';
import type { Signer } from '#ports/signer.ts';
import { digest, tag } from '#protocol/crypto/hash.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { asciiBytes, equalBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { honestCase } from './native-trial.ts';

/** Bytes from which an Ed25519 key is made: the private key of RFC 8032. */
export const seedLength = 32;

export function randomSeed(): Uint8Array {
  return Uint8Array.from(randomBytes(seedLength));
}

/**
 * A seed that follows from a secret and a name, the same each time: for development networks,
 * whose keys are printed anyway.
 */
export function ed25519SeedFrom(secret: Uint8Array, name: string): Uint8Array {
  assert(/^[ -~]*$/.test(name), 'the name of a derived key is ASCII');
  assert(secret.length < 256, 'the secret of derived keys has at most 255 bytes');
  return digest(seedTag, Uint8Array.of(secret.length), secret, asciiBytes(name));
}

/**
 * Signs as RFC 8032 says, so the same message always has the same signature.
 *
 * @throws Error if this platform does not sign the RFC's own example as the RFC does.
 */
export function ed25519Signer(seed: Uint8Array): Signer {
  checkPlatform();
  const key = importSeed(seed);
  const publicKey = { scheme: 'ed25519', bytes: publicKeyOf(key) } as const;
  return {
    publicKey,
    sign: (message) => Promise.resolve({ scheme: 'ed25519', bytes: signBytes(key, message) }),
  };
}

const seedTag = tag('weft/derived-seed');

/** PKCS #8 of Ed25519 up to the seed. Source: RFC 8410 section 7. */
const pkcs8Prefix = bytesFromHex('302e020100300506032b657004220420');

function importSeed(seed: Uint8Array): KeyObject {
  assert(seed.length === seedLength, 'a seed has 32 bytes');
  const key = Buffer.concat([pkcs8Prefix, seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicKeyOf(key: KeyObject): Uint8Array {
  const encoded = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return Uint8Array.from(encoded.subarray(encoded.length - 32));
}

function signBytes(key: KeyObject, message: Uint8Array): Uint8Array {
  return Uint8Array.from(signNatively(undefined, message, key));
}

/** The private key of `honestCase`. Source: RFC 8032 section 7.1, test 3. */
const exampleSeed = bytesFromHex(
  'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
);
let isChecked = false;

function checkPlatform(): void {
  if (isChecked) return;
  const key = importSeed(exampleSeed);
  const isSame =
    equalBytes(publicKeyOf(key), honestCase.publicKey) &&
    equalBytes(signBytes(key, honestCase.message), honestCase.signature);
  if (!isSame) throw new Error('this platform does not sign with Ed25519 as RFC 8032 says');
  isChecked = true;
}
