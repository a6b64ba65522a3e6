import type { DynamoDBRecord } from 'aws-lambda';
import { valueFromStored } from '#adapters/dynamodb/stored-values.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type ChainHead, chainHeadCodec } from '#protocol/chain/head.ts';

/**
 * The newest head of each chain in a batch of the heads table's stream; what holds no head is
 * handed to `onOdd`, and holds back nothing.
 */
export function changedHeads(
  records: readonly DynamoDBRecord[],
  onOdd: (record: DynamoDBRecord, error: unknown) => void,
): readonly ChainHead[] {
  const newest = new Map<ChainId, ChainHead>();
  for (const record of records) {
    // A stream keeps the order of each item's changes.
    const stored = record.dynamodb?.NewImage?.head?.B;
    if (stored === undefined) continue;
    try {
      const head = valueFromStored(chainHeadCodec, bytesFrom(stored));
      newest.set(head.chain, head);
    } catch (error) {
      onOdd(record, error);
    }
  }
  return [...newest.values()];
}

/** Events carry binary attributes as base64, whatever their type says. */
function bytesFrom(value: unknown): Uint8Array {
  return value instanceof Uint8Array
    ? value
    : Uint8Array.from(Buffer.from(String(value), 'base64'));
}
