import { type Block, blockFrom } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Cursor } from '#protocol/block/cursor.ts';
import type { MessageKind, OutgoingMessage } from '#protocol/block/message.ts';
import type { SentMessage } from '#protocol/block/outcome.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import { amount, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { chainNamed, hashNamed, height } from './store-values.ts';

/** Chains in order of their ids. */
export const [sender, recipient, other] = ['sender', 'recipient', 'other'].map(chainNamed) as [
  ChainId,
  ChainId,
  ChainId,
];

export const cursor = (at: number, transaction = 0): Cursor => ({
  height: height(at),
  transaction,
});

/** A credit for the chain itself. */
export function messageTo(
  destination: ChainId,
  kind: MessageKind['kind'] = 'tracked',
  tokens = 1n,
): OutgoingMessage {
  return {
    destination,
    authenticated: undefined,
    grant: amount(0n),
    refundTo: undefined,
    delivery: { kind },
    body: { kind: 'credit', target: chainOwner, amount: amount(tokens), source: chainOwner },
  };
}

/** The sender's block at `at` with these messages, of the transactions that they come with. */
export function blockSending(
  at: number,
  messages: readonly SentMessage[],
  lastUnskippable: Cursor | undefined = undefined,
): Block {
  const recipients = [...new Set(messages.map(({ message }) => message.destination))].sort();
  return blockFrom(
    {
      version: protocolVersion,
      chain: sender,
      epoch: epoch(0),
      height: height(at),
      timestamp: timestamp(77n),
      parent: at === 0 ? undefined : hashNamed(`block ${at - 1}`),
      signer: undefined,
      transactions: [],
    },
    {
      messages,
      previousMessages: recipients.map((one) => ({
        recipient: one,
        height: undefined,
        lastUnskippable,
      })),
      previousEvents: [],
      oracleResponses: [],
      events: [],
      blobs: [],
      operationResults: [],
      state: hashNamed('state'),
    },
  );
}
