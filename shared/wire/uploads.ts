import { hashCodec } from '#protocol/crypto/hash.ts';
import { u32 } from '#protocol/encoding/integers.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { text } from '#protocol/encoding/text.ts';

/** Content that is to come past the validator: its SHA-256, and how many bytes it has. */
export const uploadCodec = struct({ digest: hashCodec, length: u32 });
/** Most bytes of that. */
export const uploadRequestBytesMax = 36;

/** Where to put it, by a PUT with `content-length` and the sum as below. */
export const invitationCodec = struct({ url: text(8_192) });

/** Has the content's SHA-256 in base64: what else comes is refused. */
export const checksumHeader = 'x-amz-checksum-sha256';
