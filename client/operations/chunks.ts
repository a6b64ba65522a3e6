import { type BlobId, blobIdCodec, blobIdOf } from '#protocol/block/blob.ts';
import { type Decoded, decode, encode } from '#protocol/encoding/codec.ts';
import { u64 } from '#protocol/encoding/integers.ts';
import { vector } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { asciiBytes, concatBytes, equalBytes } from '#protocol/primitives/bytes.ts';

/** Most chunks of one content. */
const chunksMax = 100_000;

/** What an index begins with; the rest is a `chunkIndexCodec`. */
const magic = asciiBytes('weft.chunks/1\n');

/** The chunks of a content, in order; `size` is the bytes of all. */
const chunkIndexCodec = struct({ size: u64, chunks: vector(blobIdCodec, chunksMax) });
export type ChunkIndex = Decoded<typeof chunkIndexCodec>;

/** A data blob, by its id. */
export interface DataBlob {
  readonly id: BlobId;
  readonly bytes: Uint8Array;
}

/**
 * The blobs that hold a content, each once; the last one stands for all of it. That is the content
 * itself if it fits one blob, and is not to be mistaken for an index.
 */
export function blobsFor(content: Uint8Array, blobBytesMax: number): readonly DataBlob[] {
  if (content.length <= blobBytesMax && !indexFrom(content)) return [dataBlob(content)];
  const chunks: DataBlob[] = [];
  for (let start = 0; start < content.length; start += blobBytesMax) {
    chunks.push(dataBlob(content.subarray(start, start + blobBytesMax)));
  }
  const index = { size: BigInt(content.length), chunks: chunks.map(({ id }) => id) };
  const named = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  return [...named.values(), dataBlob(concatBytes(magic, encode(chunkIndexCodec, index)))];
}

/** What an index says; undefined for bytes that are a content themselves. */
export function indexFrom(blob: Uint8Array): ChunkIndex | undefined {
  if (!equalBytes(blob.subarray(0, magic.length), magic)) return undefined;
  const decoded = decode(chunkIndexCodec, blob.subarray(magic.length));
  return decoded.ok ? decoded.value : undefined;
}

function dataBlob(bytes: Uint8Array): DataBlob {
  return { id: blobIdOf({ kind: 'data' }, bytes), bytes };
}
