import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awsLimits } from '#ports/aws-limits.ts';

/** A record that was received, and is to come again. */
export interface LaterRecord {
  readonly receiptHandle: string;
  readonly seconds: number;
}

export type ShowLater = (records: readonly LaterRecord[]) => Promise<void>;

export interface ShowLaterOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  onFault(reason: unknown): void;
}

/** Seconds until a record comes again: 4, 16, then 60 after each attempt. */
export function backOffSeconds(attempts: number): number {
  return Math.min(4 ** Math.max(1, attempts), secondsMax);
}

/** As long as the queue hides a record without being told. */
const secondsMax = 60;

/** Lets records come again sooner than the queue would; one that it does not hear of comes then. */
export function showLater({ client, queueUrl, onFault }: ShowLaterOptions): ShowLater {
  const { batchRecords } = awsLimits.sqs;
  return async (records) => {
    for (let from = 0; from < records.length; from += batchRecords) {
      const entries = records
        .slice(from, from + batchRecords)
        .map(({ receiptHandle, seconds }, index) => ({
          Id: `${index}`,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }));
      const change = { QueueUrl: queueUrl, Entries: entries };
      try {
        const { Failed } = await client.send(new ChangeMessageVisibilityBatchCommand(change));
        if (Failed?.[0]) onFault(Failed[0].Code);
      } catch (error) {
        onFault(error);
      }
    }
  };
}
