import { checkItem, type ItemProof, proveItem } from '../crypto/merkle-list.ts';
import { type Codec, type Decoded, encode } from '../encoding/codec.ts';
import type { Block } from './block.ts';
import { eventCodec } from './event.ts';
import type { BlockHeader } from './header.ts';
import {
  operationResultCodec,
  oracleResponseCodec,
  previousEventsCodec,
  previousMessagesCodec,
  publishedBlobCodec,
  sentMessageCodec,
} from './outcome.ts';
import { partTags } from './parts.ts';
import { transactionCodec } from './transaction.ts';

/** A list of a block that its header commits to. */
export type BlockPart = keyof typeof partTags;

const partCodecs = {
  transactions: transactionCodec,
  messages: sentMessageCodec,
  previousMessages: previousMessagesCodec,
  previousEvents: previousEventsCodec,
  oracleResponses: oracleResponseCodec,
  events: eventCodec,
  blobs: publishedBlobCodec,
  operationResults: operationResultCodec,
} as const;

/** One item of a part. */
export type PartItem<Part extends BlockPart> = Decoded<(typeof partCodecs)[Part]>;

/** Shows that `block` has its item number `index` of `part`, to whoever has its header alone. */
export function provePart<Part extends BlockPart>(
  block: Block,
  part: Part,
  index: number,
): ItemProof {
  const { transactions } = block.proposed;
  const items: readonly unknown[] = { ...block.outcome, transactions }[part];
  return proveItem(
    partTags[part],
    items.map((item) => encode(partCodecs[part] as Codec<unknown>, item)),
    index,
  );
}

/** Whether `proof` shows that the block with this header has `item` at `proof.index` of `part`. */
export function checkPart<Part extends BlockPart>(
  header: BlockHeader,
  part: Part,
  { item, proof }: { readonly item: PartItem<Part>; readonly proof: ItemProof },
): boolean {
  const bytes = encode(partCodecs[part] as Codec<unknown>, item);
  return checkItem(partTags[part], header[part], bytes, proof);
}
