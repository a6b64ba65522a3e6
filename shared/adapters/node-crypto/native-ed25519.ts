import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import { newRecentMap, type RecentMap } from './recent-map.ts';

/** Whether `signature` is by `publicKey` over `message`; what it refuses may still be valid. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean;

const importedKeysMax = 10_000;

/**
 * The platform's check, which differs between versions of Node on crafted signatures: good for
 * accepting only.
 */
export function newNativeVerify(): VerifyEd25519 {
  const keys: RecentMap<KeyObject> = newRecentMap(importedKeysMax);
  return (publicKey, message, signature) => {
    const name = nameOfBytes(publicKey);
    let key = keys.get(name);
    if (key === undefined) {
      key = importKey(publicKey);
      if (key === undefined) return false;
      keys.set(name, key);
    }
    return verify(undefined, message, key, signature);
  };
}

/** SubjectPublicKeyInfo of Ed25519 up to the key. Source: RFC 8410 section 4. */
const spkiPrefix = Uint8Array.from(Buffer.from('302a300506032b6570032100', 'hex'));

function importKey(publicKey: Uint8Array): KeyObject | undefined {
  const key = Buffer.concat([spkiPrefix, publicKey]);
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    return undefined; // not a point: the fallback decides
  }
}
