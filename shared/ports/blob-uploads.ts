import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';

/** A blob whose content is to come past the validator: what it must be is fixed before it does. */
export interface ExpectedBlob {
  readonly id: BlobId;
  /** SHA-256 of the content, from which the id follows. */
  readonly digest: Hash;
  readonly length: number;
}

/**
 * Contents of blobs that are sent straight to where they are kept, for validators whose requests
 * are dear. As with `BlobStore.fill`, nothing is taken that no slot of the chain wants. Every
 * adapter passes test/contracts/blob-uploads.ts; both methods throw `StoreFault` when the outcome
 * is unknown, and repeating them changes nothing.
 */
export interface BlobUploads {
  /** Where just this content is taken by a PUT, for a while; undefined if no slot wants it. */
  invite(chain: ChainId, blob: ExpectedBlob): Promise<string | undefined>;
  /** Keeps what was put there in every slot of the chain that wants it. */
  admit(chain: ChainId, blob: ExpectedBlob): Promise<'kept' | 'unwanted' | 'absent'>;
}
