import { type BlobId, blobIdCodec } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { refusalFrom } from '#protocol/chain/remedies.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { WireReply } from '#wire/exchange.ts';
import { blobContentCodec, blobStateCodec } from '#wire/pages.ts';
import { malformed, refusalFromWire } from '#wire/rejections.ts';
import { jsonReply, refusalReply, valueReply } from '#wire/replies.ts';
import { invitationCodec, uploadCodec } from '#wire/uploads.ts';
import { admitUpload, inviteUpload } from '#worker/upload-blobs.ts';
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

/** Takes the content of a blob for which a block of the chain waits, or says where it may go. */
export async function uploadBlob(
  context: ApiContext,
  chain: ChainId,
  routed: Routed,
): Promise<WireReply> {
  const { request, format, route } = routed;
  if (route.name !== 'blob-upload') return await uploadPast(context, chain, routed);
  const taken = await context.node.uploadBlob(chain, request.body);
  return taken.ok
    ? valueReply(format, blobIdCodec, taken.value)
    : refusalReply(format, taken.error);
}

/** Invites content that comes past the validator, or takes it where it came. */
async function uploadPast(
  { uploads }: ApiContext,
  chain: ChainId,
  { request, format, route }: Routed,
): Promise<WireReply> {
  const announced = decode(uploadCodec, request.body);
  if (!announced.ok) {
    const { found, expected, offset } = announced.error;
    const rejected = malformed(`${found} at byte ${offset}`, expected);
    return refusalReply(format, refusalFromWire(rejected.error));
  }
  if (route.name === 'uploads') {
    const invited = await inviteUpload(uploads, chain, announced.value);
    if (!invited.ok) return refusalReply(format, refusalFrom(invited.error));
    return valueReply(format, invitationCodec, { url: invited.value });
  }
  const admitted = await admitUpload(uploads, chain, announced.value);
  if (!admitted.ok) return refusalReply(format, refusalFrom(admitted.error));
  return valueReply(format, blobIdCodec, admitted.value);
}
