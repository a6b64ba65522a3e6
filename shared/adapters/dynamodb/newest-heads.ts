import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainHeadCodec } from '#protocol/chain/head.ts';
import type { Item } from './item-keys.ts';
import { valueFromStored } from './stored-values.ts';
import { type DynamoOptions, tableCalls } from './table-calls.ts';

export interface NewestHeads {
  /** Chains with a block, those whose newest block is youngest first. */
  readonly chains: readonly ChainId[];
  /** Whether there are more heads than were looked at. */
  readonly isCut: boolean;
}

/** Pages of up to a megabyte each: with all of them, 8,000 heads of a wallet's size. */
const pagesMax = 8;

/** The chains that moved last, among as many heads as a few pages hold. For whoever may scan. */
export async function newestHeads(options: DynamoOptions, most: number): Promise<NewestHeads> {
  const { client, tables, repeat } = tableCalls(options);
  const found: { readonly chain: ChainId; readonly at: bigint }[] = [];
  let start: Item | undefined;
  for (let page = 0; page === 0 || (start !== undefined && page < pagesMax); page++) {
    const scan = new ScanCommand({
      TableName: tables.heads,
      ProjectionExpression: '#head',
      ExpressionAttributeNames: { '#head': 'head' },
      ...(start && { ExclusiveStartKey: start }),
    });
    const reply = await repeat((call) => client.send(scan, call));
    for (const { head } of reply?.Items ?? []) {
      const { chain, next, timestamp } = valueFromStored(chainHeadCodec, head?.B);
      if (next > 0n) found.push({ chain, at: timestamp });
    }
    start = reply?.LastEvaluatedKey;
  }
  found.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
  return { chains: found.slice(0, most).map(({ chain }) => chain), isCut: start !== undefined };
}
