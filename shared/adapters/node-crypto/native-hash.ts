import { hash } from 'node:crypto';
import { type HashBackend, installHashBackend } from '#protocol/crypto/hash.ts';

/** Makes the protocol hash with OpenSSL, unless that fails the self-test. Call once at start. */
export function installNativeHash(): 'installed' | 'refused' {
  return installHashBackend(nativeSha256);
}

/** Text costs a quarter of what a Buffer does: it needs no memory outside the heap. */
const nativeSha256: HashBackend = {
  digestInto(input, output, at) {
    const characters = hash('sha256', input, 'binary');
    for (let i = 0; i < characters.length; i++) output[at + i] = characters.charCodeAt(i);
  },
  hexDigest: (input) => hash('sha256', input, 'hex'),
};
