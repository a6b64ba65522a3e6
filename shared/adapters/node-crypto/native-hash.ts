import { hash } from 'node:crypto';
import { installHashBackend } from '#protocol/crypto/hash.ts';

/** Makes the protocol hash with OpenSSL, unless that fails the self-test. Call once at start. */
export function installNativeHash(): 'installed' | 'refused' {
  return installHashBackend(nativeSha256);
}

/** One character a byte costs half of what a Buffer does: it needs no memory outside the heap. */
function nativeSha256(bytes: Uint8Array): Uint8Array {
  const characters = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = characters.charCodeAt(i);
  return digest;
}
