import type { BlobState } from '#ports/blob-store.ts';
import { type BlobId, blobIdOf } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { WorkerPorts } from './ports.ts';

/** The bytes of a published blob: that they are at hand is not enough. */
export async function readBlob(
  { blobs }: WorkerPorts,
  id: BlobId,
): Promise<Result<Uint8Array, Rejection<'unknown-blob'>>> {
  const isPublished = (await blobs.states([id])).has(id);
  const bytes = isPublished ? (await blobs.load([id])).get(id) : undefined;
  return bytes ? ok(bytes) : refuse('unknown-blob', id, 'a published blob');
}

/** Which block published a blob. */
export async function readBlobState(
  { blobs }: WorkerPorts,
  id: BlobId,
): Promise<Result<BlobState, Rejection<'unknown-blob'>>> {
  const state = (await blobs.states([id])).get(id);
  return state ? ok(state) : refuse('unknown-blob', id, 'a published blob');
}

/** Bytes that a chain holds for a block that is not final, so that others can propose it again. */
export async function readHeldBlob(
  { blobs }: WorkerPorts,
  chain: ChainId,
  id: BlobId,
): Promise<Result<Uint8Array, Rejection<'unknown-blob'>>> {
  const bytes = await blobs.loadHeld(chain, id);
  return bytes ? ok(bytes) : refuse('unknown-blob', id, 'a blob that the chain holds');
}

/** Keeps the content of a data blob for which a block of the chain waits. Others take no space. */
export async function takeBlob(
  { blobs, network }: WorkerPorts,
  chain: ChainId,
  bytes: Uint8Array,
): Promise<Result<BlobId, Rejection<'blob-too-large' | 'unwanted-blob'>>> {
  const most = network.genesis.policy.limits.blobBytes;
  if (bytes.length > most) {
    return refuse('blob-too-large', `${bytes.length} bytes`, `up to ${most}`);
  }
  const id = blobIdOf({ kind: 'data' }, bytes);
  const kept = await blobs.fill(chain, { id, bytes });
  return kept === 'kept' ? ok(id) : refuse('unwanted-blob', id, 'a blob that a block waits for');
}
