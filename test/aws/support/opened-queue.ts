import assert from 'node:assert/strict';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { bellFromText } from '#adapters/sqs/bell-record.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import type { OpenedBus } from '#test/contracts/message-bus.ts';
import { ownName, targetConfig } from './target.ts';

const waitMsMax = 5_000;

/** A queue that a test has for itself, and what comes out of it. */
export async function openQueue(): Promise<
  Pick<OpenedBus, 'heard' | 'close'> & { readonly queueUrl: string }
> {
  const client = new SQSClient({ ...targetConfig(), useQueueUrlAsEndpoint: false });
  const queue = await client.send(new CreateQueueCommand({ QueueName: ownName() }));
  const queueUrl = queue.QueueUrl ?? '';
  return {
    queueUrl,
    heard: (count) => receive(client, queueUrl, count),
    close: async () => {
      await client.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
      client.destroy();
    },
  };
}

async function receive(
  client: SQSClient,
  queueUrl: string,
  count: number,
): Promise<readonly Doorbell[]> {
  const found = new Map<string, Doorbell>();
  const end = performance.now() + (count === 0 ? 0 : waitMsMax);
  do {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      }),
    );
    for (const { Body = '' } of Messages) {
      const bell = bellFromText(Body);
      assert.ok(bell.ok, Body);
      const { chain, height: at, hops } = bell.value;
      assert.equal(hops, 0);
      found.set(`${chain}@${at}`, { chain, height: at });
    }
    if (Messages.length === 0) continue;
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  } while (found.size < count && performance.now() < end);
  return [...found.values()];
}
