import { createHash } from 'node:crypto';

/** S3 refuses a body whose SHA-256, in base64, is not this header's value. */
export const checksumHeader = 'x-amz-checksum-sha256';

export function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

export function checksumFrom(digest: Uint8Array): string {
  return Buffer.from(digest).toString('base64');
}
