import type { BlobUploads, ExpectedBlob } from '#ports/blob-uploads.ts';
import { sha256Text } from '#protocol/crypto/hash.ts';
import { isWanted } from './blob-store.ts';
import type { StepReached } from './store-step.ts';
import type { StoredBlobs } from './stored-blobs.ts';

/** The place where contents are put, as whoever puts them sees it. */
export interface UploadPlace {
  /** What was invited to this address is taken; false for everything else. */
  put(address: string, bytes: Uint8Array): boolean;
}

export interface MemoryUploads extends BlobUploads, UploadPlace {}

/** Takes contents past the validator, in this process; addresses begin with `at`. */
export function memoryBlobUploads(
  stored: StoredBlobs,
  reached: StepReached,
  at: () => string,
): MemoryUploads {
  const invited = new Map<string, ExpectedBlob>();
  const put = new Map<string, Uint8Array>();
  const isExpected = (bytes: Uint8Array, { digest, length }: ExpectedBlob) =>
    bytes.length === length && sha256Text(bytes) === digest;
  return {
    async invite(chain, blob) {
      await reached({ kind: 'blob', action: 'read', chain });
      if (!isWanted(stored, chain, blob.id)) return undefined;
      const address = `${at()}/${blob.digest}`;
      invited.set(address, blob);
      return address;
    },
    put(address, bytes) {
      const blob = invited.get(address);
      if (!blob || !isExpected(bytes, blob)) return false;
      put.set(blob.digest, bytes);
      return true;
    },
    async admit(chain, { id, digest, length }) {
      await reached({ kind: 'blob', action: 'write', chain });
      if (!isWanted(stored, chain, id)) return 'unwanted';
      const bytes = put.get(digest);
      if (bytes?.length !== length) return stored.contents.has(id) ? 'kept' : 'absent';
      stored.contents.set(id, bytes);
      return 'kept';
    },
  };
}
