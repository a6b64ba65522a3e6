import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { FinalBlock } from '../block/execute.ts';
import { followChain } from '../follow-chain.ts';
import { type BlockReceipt, receiptOf } from '../transfer.ts';
import { blobsFor, type DataBlob } from './chunks.ts';
import { type Driver, makeBlock, type OperationOptions } from './make-block.ts';

export interface PublishRequest extends OperationOptions {
  readonly chain: string;
  readonly content: Uint8Array;
}

export interface Published {
  /** Stands for the whole content, for whoever reads it. */
  readonly id: BlobId;
  /** Blobs that hold it. */
  readonly blobs: number;
  /** Of the blocks that published what was not published yet. */
  readonly receipts: readonly BlockReceipt[];
}

/** Most bytes of a content that is published or read as a whole. */
export const contentBytesMax = 256 << 20;

/** Most blobs of a block: a refusal names them all, so that they are all sent before the next. */
const blobsMax = 7;

/**
 * Publishes content, in chunks and over several blocks if it is large. What was published here
 * before is not published again, so that whoever was interrupted can begin anew.
 */
export async function publish(
  driver: Driver,
  { chain: text, content, ...options }: PublishRequest,
): Promise<Result<Published, Rejection>> {
  const { context } = driver;
  const { blobBytes, publishedBlobs } = context.network.genesis.policy.limits;
  if (content.length > contentBytesMax) return tooLarge(content, contentBytesMax);
  const chain = await followChain(context, text);
  if (!chain.ok) return chain;
  const blobs = blobsFor(content, blobBytes);
  const whole = blobs.at(-1);
  if (!whole || whole.bytes.length > blobBytes) return tooLarge(content, blobBytes);
  const known = await context.local.ports.blobs.states(blobs.map(({ id }) => id));
  const wanted = blobs.filter(({ id }) => !known.has(id));
  const most = publishedBlobs < blobsMax ? publishedBlobs : blobsMax;
  const receipts: BlockReceipt[] = [];
  for (let start = 0; start < wanted.length; start += most) {
    const part = wanted.slice(start, start + most);
    const done = await publishPart(driver, chain.value, options, part);
    if (!done.ok) return done;
    receipts.push(receiptOf(context, done.value));
  }
  return ok({ id: whole.id, blobs: blobs.length, receipts });
}

/** The bytes are kept here before the block is proposed, so that whoever resumes it has them. */
async function publishPart(
  driver: Driver,
  chain: ChainId,
  options: OperationOptions,
  part: readonly DataBlob[],
): Promise<Result<FinalBlock, Rejection>> {
  const store = driver.context.local.ports.blobs;
  const wanted = part.map(({ id }) => id);
  return await makeBlock(driver, chain, options, async ({ next: height }) => {
    await store.openSlot({ chain, holder: 'own', height, wanted, isGuest: false });
    for (const blob of part) await store.fill(chain, blob);
    return ok(wanted.map((blob) => ({ kind: 'publish-blob', blob })));
  });
}

function tooLarge(content: Uint8Array, most: number) {
  return refuse('blob-too-large', `${content.length} bytes`, `up to ${most}`);
}
