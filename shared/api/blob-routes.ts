import { type BlobId, blobIdCodec } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { WireReply } from '#wire/exchange.ts';
import { blobContentCodec, blobStateCodec } from '#wire/pages.ts';
import { jsonReply, refusalReply, valueReply } from '#wire/replies.ts';
import type { Routed } from './chain-routes.ts';
import type { ApiContext } from './context.ts';

/** The bytes of a blob: one that is published, or one that the chain of the path holds. */
export async function readBlob(
  { node }: ApiContext,
  id: BlobId,
  { chain, format, route }: Routed,
): Promise<WireReply> {
  if (route.name === 'blob-state') {
    const state = await node.blobState(id);
    if (!state.ok) return refusalReply(format, state.error);
    return valueReply(format, blobStateCodec, state.value);
  }
  const found = chain ? await node.heldBlob(chain, id) : await node.blob(id);
  if (!found.ok) return refusalReply(format, found.error);
  if (format === 'json') return jsonReply(200, { id, bytes: hexFromBytes(found.value) });
  return valueReply(format, blobContentCodec, found.value);
}

/** Takes the content of a blob for which a block of the chain waits. */
export async function uploadBlob(
  { node }: ApiContext,
  chain: ChainId,
  { request, format }: Routed,
): Promise<WireReply> {
  const taken = await node.uploadBlob(chain, request.body);
  return taken.ok
    ? valueReply(format, blobIdCodec, taken.value)
    : refusalReply(format, taken.error);
}
