import { type OutgoingMessage, outgoingMessageCodec } from '../block/message.ts';
import { operationCodec } from '../block/operation.ts';
import type { SentMessage } from '../block/outcome.ts';
import type { ResourcePolicy } from '../block/policy.ts';
import type { Transaction } from '../block/transaction.ts';
import { encodedLength } from '../encoding/codec.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { LimitExceeded } from './resources.ts';

interface Sized {
  readonly transactions: readonly Transaction[];
  readonly messages: readonly SentMessage[];
  /** Of the whole block: no part of it has more. */
  readonly bodyBytes: number;
}

/**
 * Whether each operation, and what each transaction sends, is as small as it has to be. What is
 * rejected or came back is answered whatever its size, which its sender's limit bounds.
 */
export function checkSizes(
  { operationBytes, transactionMessageBytes }: ResourcePolicy['limits'],
  { transactions, messages, bodyBytes }: Sized,
): Result<undefined, LimitExceeded> {
  if (bodyBytes > operationBytes) {
    for (const one of transactions) {
      if (one.kind !== 'operation') continue;
      const size = encodedLength(operationCodec, one.operation);
      if (size > operationBytes) return exceeded(size, 'an operation', operationBytes);
    }
  }
  if (bodyBytes <= transactionMessageBytes) return ok(undefined);
  const sent = new Map<number, number>();
  for (const { transaction, message } of messages) {
    const size = (sent.get(transaction) ?? 0) + bytesOf(message);
    sent.set(transaction, size);
    if (size <= transactionMessageBytes || mustBePossible(transactions[transaction])) continue;
    return exceeded(size, "a transaction's messages", transactionMessageBytes);
  }
  return ok(undefined);
}

function bytesOf(message: OutgoingMessage): number {
  return encodedLength(outgoingMessageCodec, message);
}

function mustBePossible(transaction: Transaction | undefined): boolean {
  if (transaction?.kind !== 'receive') return false;
  const { action, bundle } = transaction;
  return (
    action.kind === 'reject' || bundle.messages.some((one) => one.delivery.kind === 'bouncing')
  );
}

function exceeded(size: number, what: string, most: number) {
  return refuse('limit-exceeded', `${size} bytes of ${what}`, `up to ${most}`);
}
