import type { Block } from '../block/block.ts';
import type { ChainId } from '../block/chain-id.ts';
import { chainIdCodec } from '../block/chain-id.ts';
import type { Cursor } from '../block/cursor.ts';
import type { Hash } from '../crypto/hash.ts';
import { hashCodec } from '../crypto/hash.ts';
import type { Decoded } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { blockHeightCodec, epochCodec, timestampCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import type { BlockHeight, Timestamp } from '../primitives/numbers.ts';
import { lastTransactionFor } from './bundles.ts';

/** What is known once an envelope has arrived, and not before. */
export const arrivalCodec = struct({
  /** Number of the sender's last transaction with messages for the recipient. */
  lastTransaction: u32,
  epoch: epochCodec,
  at: timestampCodec,
});

/**
 * One envelope of a recipient's inbox, named by origin and height: the sender's block with that
 * hash has messages for it. Without `arrival` it is a tombstone: a certified block of the recipient
 * consumed the envelope before it came. A row is written once; its hash never changes.
 */
export const inboxRowCodec = struct({
  recipient: chainIdCodec,
  origin: chainIdCodec,
  height: blockHeightCodec,
  block: hashCodec,
  arrival: option(arrivalCodec),
});
export type InboxRow = Decoded<typeof inboxRowCodec>;

/** What names a row within its recipient's inbox. */
export interface RowKey {
  readonly origin: ChainId;
  readonly height: BlockHeight;
}

/** The row that a certified block of a sender puts into `recipient`'s inbox. */
export function envelopeFrom(block: Block, recipient: ChainId, at: Timestamp): InboxRow {
  const { chain: origin, height, epoch } = block.header;
  const arrival = { lastTransaction: lastTransactionFor(block, recipient) ?? 0, epoch, at };
  return { recipient, origin, height, block: block.hash, arrival };
}

/** The row for a bundle that `recipient` consumed before it arrived. */
export function tombstone(recipient: ChainId, key: RowKey, block: Hash): InboxRow {
  return { recipient, ...key, block, arrival: undefined };
}

/** Whether all of a row's bundles are behind `nextToRemove`, so that nothing needs it any more. */
export function isRowTaken({ height, arrival }: InboxRow, nextToRemove: Cursor): boolean {
  if (height !== nextToRemove.height) return height < nextToRemove.height;
  return arrival !== undefined && arrival.lastTransaction < nextToRemove.transaction;
}

/** One text for each row of an inbox, for maps. */
export function rowKeyText({ origin, height }: RowKey): string {
  return `${origin}@${height}`;
}
