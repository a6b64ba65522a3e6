import { hash } from 'node:crypto';
import { hashes, verify } from '@noble/ed25519';
import type { VerifyEd25519 } from './native-ed25519.ts';

hashes.sha512 = (message) => new Uint8Array(hash('sha512', message, 'buffer'));

/**
 * The rule of the protocol: ZIP-215, as the default of `@noble/ed25519` has it. About a
 * millisecond.
 */
export const nobleVerify: VerifyEd25519 = (publicKey, message, signature) =>
  publicKey.length === 32 && signature.length === 64 && verify(signature, message, publicKey);
