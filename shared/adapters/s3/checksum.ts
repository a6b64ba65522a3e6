import { createHash } from 'node:crypto';

export function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

export function checksumFrom(digest: Uint8Array): string {
  return Buffer.from(digest).toString('base64');
}
