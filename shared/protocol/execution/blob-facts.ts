import type { BlobId } from '../block/blob.ts';

/**
 * What executing a block may know of blobs. Whatever is asked for and not known is noted, so that
 * it can be fetched and the block executed again.
 */
export interface BlobFacts {
  /** Length in bytes of a blob that is at hand, published or not. */
  size(id: BlobId): number | undefined;
  /** Whether the genesis or a certified block published the blob. */
  isPublished(id: BlobId): boolean;
  /** Blobs whose size was asked for and is not known. */
  readonly missing: ReadonlySet<BlobId>;
  /** Blobs that are not known to be published. */
  readonly unpublished: ReadonlySet<BlobId>;
}

/** What of blobs is known from the two maps: sizes by id, and the ids that are published. */
export function blobFacts(
  sizes: ReadonlyMap<BlobId, number | undefined>,
  published: ReadonlyMap<BlobId, boolean>,
): BlobFacts {
  const missing = new Set<BlobId>();
  const unpublished = new Set<BlobId>();
  return {
    missing,
    unpublished,
    size(id) {
      const size = sizes.get(id);
      if (size === undefined) missing.add(id);
      return size;
    },
    isPublished(id) {
      const isKnown = published.get(id) === true;
      if (!isKnown) unpublished.add(id);
      return isKnown;
    },
  };
}

/** For blocks that have nothing to do with blobs. */
export const noBlobs: BlobFacts = blobFacts(new Map(), new Map());
