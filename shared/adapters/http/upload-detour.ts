import { type BlobId, blobIdCodec } from '#protocol/block/blob.ts';
import type { Refusal } from '#protocol/chain/requests.ts';
import { sha256Text } from '#protocol/crypto/hash.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { UploadRoute } from '#wire/routes.ts';
import { checksumHeader, invitationCodec, uploadCodec } from '#wire/uploads.ts';
import type { Ask } from './asker.ts';
import { toldAddress, uploadSchemes } from './told-address.ts';

/** Puts bytes at an address with just these headers; false if they were not taken. */
export type SendUpload = (
  url: string,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
) => Promise<boolean>;

/** Sends content past the validator; undefined if it did not come there that way. */
export type Detour = (
  ask: Ask,
  pathOf: (route: UploadRoute) => string,
  bytes: Uint8Array,
) => Promise<Result<BlobId, Refusal> | undefined>;

/** Shorter contents are sent to the validator: one request instead of three. */
export const detourBytesMin = 262_144;
const replyBytesMax = 16_384;

/** The way past one validator; one that has none is not asked for it again. */
export function newDetour(own: string, send: SendUpload): Detour {
  let isThere = true;
  return async (ask, pathOf, bytes) => {
    if (!isThere || bytes.length < detourBytesMin) return undefined;
    const digest = sha256Text(bytes);
    const body = encode(uploadCodec, { digest, length: bytes.length });
    const asked = { path: pathOf('uploads'), body, bytesMax: replyBytesMax };
    const invited = await ask({ ...asked, codec: invitationCodec });
    if (!invited.ok) {
      isThere = invited.error.kind !== 'not-supported';
      return undefined;
    }
    const url = toldAddress(invited.value.url, own, uploadSchemes);
    const sum = Buffer.from(digest, 'hex').toString('base64');
    const headers = { 'content-length': `${bytes.length}`, [checksumHeader]: sum };
    const isSent = url !== undefined && (await send(url, headers, bytes).catch(() => false));
    if (!isSent) return undefined;
    const path = pathOf('uploads-admit');
    const admitted = await ask({ ...asked, path, codec: blobIdCodec });
    return admitted.ok ? ok(admitted.value) : undefined;
  };
}
