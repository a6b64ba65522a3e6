import type { BlobId } from '../block/blob.ts';
import { encode } from '../encoding/codec.ts';
import { ok } from '../primitives/result.ts';
import { oracleAnswerCodec } from './oracle-answer.ts';
import type { TransactionContext } from './transaction-context.ts';

interface BlobOperation {
  readonly blob: BlobId;
}

/** Publishes a blob that was sent beside the block. One that is not at hand is noted. */
export function publishBlob({ blobs, effects }: TransactionContext, { blob }: BlobOperation) {
  blobs.size(blob);
  effects.publish(blob);
  return ok(undefined);
}

/** Says on the chain that a blob is published. One that is not known to be is noted. */
export function verifyBlob({ blobs, effects }: TransactionContext, { blob }: BlobOperation) {
  blobs.isPublished(blob);
  effects.record(encode(oracleAnswerCodec, { kind: 'blob', blob }));
  return ok(undefined);
}
