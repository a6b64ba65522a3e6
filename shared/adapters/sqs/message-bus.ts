import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Doorbell, MessageBus } from '#ports/message-bus.ts';
import { hopsMax, textOfBell } from './bell-record.ts';

export interface SqsBusOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** How many functions have passed on what rings here: 0 for what a request causes. */
  readonly hops?: number;
  /** Hears of bells that were not taken: their work is found by its marks, later. */
  onDropped(bells: readonly Doorbell[], reason: unknown): void;
}

/** Source: `SendMessageBatch` of the SQS API reference. */
const batchMax = 10;
const batchesAtOnce = 4;

/**
 * Rings through a standard queue. A bell that the queue does not take fails no request: what is
 * owed follows from the stored blocks, and the driver sweeps them.
 */
export function sqsMessageBus(options: SqsBusOptions): MessageBus {
  const { client, queueUrl, hops = 0, onDropped } = options;

  async function sendBatch(bells: readonly Doorbell[]): Promise<void> {
    const entries = bells.map((bell, index) => ({
      Id: `${index}`,
      MessageBody: textOfBell({ ...bell, hops }),
      // A chain that rings much waits behind itself, not before others: SQS calls it fair.
      MessageGroupId: bell.chain,
    }));
    try {
      const sent = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      );
      const failed = (sent.Failed ?? []).flatMap(({ Id }) => bells[Number(Id)] ?? []);
      if (failed.length > 0) onDropped(failed, sent.Failed?.[0]?.Code);
    } catch (error) {
      onDropped(bells, error);
    }
  }

  return {
    async ring(bells) {
      if (hops > hopsMax) return onDropped(bells, `${hops} hops`);
      const batches = batchesOf(onceEach(bells));
      for (let from = 0; from < batches.length; from += batchesAtOnce) {
        await Promise.all(batches.slice(from, from + batchesAtOnce).map(sendBatch));
      }
    },
  };
}

function onceEach(bells: readonly Doorbell[]): readonly Doorbell[] {
  return [...new Map(bells.map((bell) => [`${bell.chain}@${bell.height}`, bell])).values()];
}

function batchesOf(bells: readonly Doorbell[]): readonly (readonly Doorbell[])[] {
  const count = Math.ceil(bells.length / batchMax);
  return Array.from({ length: count }, (_, i) => bells.slice(i * batchMax, (i + 1) * batchMax));
}
