import { hashCodec } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import type { Decoded } from '../encoding/codec.ts';
import { encodedList } from '../encoding/encoded-list.ts';
import { u32 } from '../encoding/integers.ts';
import { blockHeightCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { blobIdCodec } from './blob.ts';
import { chainIdCodec } from './chain-id.ts';
import { cursorCodec } from './cursor.ts';
import { eventCodec, streamIdCodec } from './event.ts';
import { outgoingMessageCodec } from './message.ts';

/** Most items of each list of an outcome. */
export const outcomeItemsMax = 1 << 16;

/** A message and the transaction that sends it; within a transaction the order counts. */
export const sentMessageCodec = struct({ transaction: u32, message: outgoingMessageCodec });
export type SentMessage = Decoded<typeof sentMessageCodec>;

/** What links a sender's blocks to one recipient, so that neither has to know the blocks between. */
export const previousMessagesCodec = struct({
  recipient: chainIdCodec,
  /** Height of the sender's previous block with messages for it. */
  height: option(blockHeightCodec),
  /** Cursor, before this block, of the last bundle for it that may not be passed over. */
  lastUnskippable: option(cursorCodec),
});
export type PreviousMessages = Decoded<typeof previousMessagesCodec>;

/** The same link for a stream that the block publishes to. */
export const previousEventsCodec = struct({
  stream: streamIdCodec,
  height: option(blockHeightCodec),
});

export const oracleResponseCodec = struct({ transaction: u32, response: bytes(1 << 16) });
export const publishedBlobCodec = struct({ transaction: u32, blob: blobIdCodec });

/** What an operation answered; an empty answer is not listed. */
export const operationResultCodec = struct({ transaction: u32, result: bytes(1 << 16) });
export type OperationResult = Decoded<typeof operationResultCodec>;

/** The lists of an outcome. Each is in order of transaction, or of its key's bytes. */
export const outcomeListCodecs = {
  messages: encodedList(sentMessageCodec, outcomeItemsMax),
  previousMessages: encodedList(previousMessagesCodec, outcomeItemsMax),
  previousEvents: encodedList(previousEventsCodec, outcomeItemsMax),
  oracleResponses: encodedList(oracleResponseCodec, outcomeItemsMax),
  events: encodedList(eventCodec, outcomeItemsMax),
  blobs: encodedList(publishedBlobCodec, outcomeItemsMax),
  operationResults: encodedList(operationResultCodec, outcomeItemsMax),
} as const;

/** What executing a block gives. */
export const blockOutcomeCodec = struct({
  ...outcomeListCodecs,
  /** Root of the execution state after the block. */
  state: hashCodec,
});
export type BlockOutcome = Decoded<typeof blockOutcomeCodec>;
