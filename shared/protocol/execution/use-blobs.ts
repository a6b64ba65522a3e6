import type { BlobId } from '../block/blob.ts';
import { encode } from '../encoding/codec.ts';
import { oracleAnswerCodec } from './oracle-answer.ts';
import type { TransactionContext } from './transaction-context.ts';

interface BlobOperation {
  readonly blob: BlobId;
}

/** Publishes a blob that was sent beside the block. One that is not at hand is noted. */
export function publishBlob({ blobs, effects, fees }: TransactionContext, { blob }: BlobOperation) {
  const size = blobs.size(blob) ?? 0;
  effects.publish(blob);
  const published = { blobPublished: 1, blobBytePublished: size };
  return fees.use({ ...published, dataBlob: 1, dataBlobByte: size });
}

/** Says on the chain that a blob is published. One that is not known to be is noted. */
export function verifyBlob({ blobs, effects, fees }: TransactionContext, { blob }: BlobOperation) {
  blobs.isPublished(blob);
  effects.record(encode(oracleAnswerCodec, { kind: 'blob', blob }));
  return fees.use({ blobRead: 1 });
}
