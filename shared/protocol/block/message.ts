import { hashCodec } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import type { Decoded } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { amountCodec, blockHeightCodec, epochCodec, timestampCodec } from '../encoding/numbers.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { chainIdCodec } from './chain-id.ts';
import { cursorCodec } from './cursor.ts';
import { accountCodec, accountOwnerCodec, applicationIdCodec } from './owner.ts';

/** Most messages one transaction may send. */
export const messagesMax = 1_024;

/** What happens to a message that the recipient refuses. */
export const messageKindCodec = union({
  /** It is gone. */
  simple: [0, struct({})],
  /** It returns to the sender as a bouncing message. */
  tracked: [1, struct({})],
  /** It cannot be refused. */
  protected: [2, struct({})],
  /** It came back; it never returns again. */
  bouncing: [3, struct({})],
});
export type MessageKind = Decoded<typeof messageKindCodec>;

/** What one chain tells another. The list is closed: a tag is never renumbered or reused. */
export const messageBodyCodec = union({
  /** `amount` for `target`; `source` gets it back if it bounces. */
  credit: [
    0,
    struct({ target: accountOwnerCodec, amount: amountCodec, source: accountOwnerCodec }),
  ],
  /** The owner asks its account on the recipient to pay `to`. */
  withdraw: [1, struct({ owner: accountOwnerCodec, amount: amountCodec, to: accountCodec })],
  /** All bundles before `cursor` are in a checkpoint of the recipient. */
  'checkpoint-ack': [2, struct({ cursor: cursorCodec })],
  application: [3, struct({ application: applicationIdCodec, message: bytes(1 << 20) })],
});
export type MessageBody = Decoded<typeof messageBodyCodec>;

const contents = {
  /** The sending block's signer, where the operation asked that it travels. */
  authenticated: option(accountOwnerCodec),
  /** Tokens that pay for the message's own execution. */
  grant: amountCodec,
  /** Who gets what is left of the grant. */
  refundTo: option(accountCodec),
  delivery: messageKindCodec,
  body: messageBodyCodec,
};

/** A message as the block that sends it holds it. */
export const outgoingMessageCodec = struct({ destination: chainIdCodec, ...contents });
export type OutgoingMessage = Decoded<typeof outgoingMessageCodec>;

/** A message as it arrives; `index` counts the messages of its transaction. */
export const postedMessageCodec = struct({ index: u32, ...contents });
export type PostedMessage = Decoded<typeof postedMessageCodec>;

/** The messages of one transaction of the sender to one recipient, taken or refused as one. */
export const messageBundleCodec = struct({
  height: blockHeightCodec,
  transaction: u32,
  /** Hash of the sender's block. */
  block: hashCodec,
  epoch: epochCodec,
  timestamp: timestampCodec,
  /** Cursor of the sender's previous bundle to this recipient that may not be passed over. */
  lastUnskippable: option(cursorCodec),
  messages: vector(postedMessageCodec, messagesMax),
});
export type MessageBundle = Decoded<typeof messageBundleCodec>;
