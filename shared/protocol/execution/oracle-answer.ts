import { blobIdCodec } from '../block/blob.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';

/**
 * What a block records that is not known from its chain alone: the content of an oracle response.
 * The list is closed: a tag is never renumbered or reused.
 */
export const oracleAnswerCodec = union({
  /** The blob is published. */
  blob: [0, struct({ blob: blobIdCodec })],
});
