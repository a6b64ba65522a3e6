import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { targetConfig } from './target.ts';

const batchMax = 10;

/** What a test does with a queue of a deployed validator. */
export interface QueueCalls {
  put(bodies: readonly string[]): Promise<void>;
  /** The bodies of some records that wait, which are gone then. */
  take(): Promise<readonly string[]>;
  /** Loses all that wait. */
  purge(): Promise<void>;
  /** Records that are there, whether or not somebody works on them. */
  count(): Promise<number>;
  /** Does something while a record is tried once, for as long as the slowest batch takes here. */
  whileImpatient(work: () => Promise<void>): Promise<void>;
}

export function queueCalls(QueueUrl: string): QueueCalls {
  const client = new SQSClient({ ...targetConfig(), useQueueUrlAsEndpoint: false });
  async function attributes(): Promise<Partial<Record<string, string>>> {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await client.send(asked)).Attributes ?? {};
  }
  return {
    async put(bodies) {
      for (let from = 0; from < bodies.length; from += batchMax) {
        const some = bodies.slice(from, from + batchMax);
        const Entries = some.map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
        await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    async take() {
      const asked = { QueueUrl, MaxNumberOfMessages: batchMax, WaitTimeSeconds: 1 };
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({
        Id: `${index}`,
        ReceiptHandle,
      }));
      if (Entries.length > 0) {
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
      return Messages.map(({ Body = '' }) => Body);
    },
    async purge() {
      await client.send(new PurgeQueueCommand({ QueueUrl }));
    },
    async count() {
      const { ApproximateNumberOfMessages: shown, ApproximateNumberOfMessagesNotVisible: hidden } =
        await attributes();
      return Number(shown) + Number(hidden);
    },
    async whileImpatient(work) {
      const { VisibilityTimeout = '', RedrivePolicy = '{}' } = await attributes();
      const change = async (Attributes: Record<string, string>) => {
        await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
      };
      const once = JSON.stringify({ ...JSON.parse(RedrivePolicy), maxReceiveCount: 1 });
      await change({ VisibilityTimeout: '15', RedrivePolicy: once });
      try {
        await work();
      } finally {
        await change({ VisibilityTimeout, RedrivePolicy });
      }
    },
  };
}
