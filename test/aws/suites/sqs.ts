import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { bellFromText } from '#adapters/sqs/bell-record.ts';
import { sqsMessageBus } from '#adapters/sqs/message-bus.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import { emulatorConfig } from '#test/aws/support/emulator-clients.ts';
import { messageBusContract, type OpenedBus } from '#test/contracts/message-bus.ts';
import { chainNamed, height } from '#test/support/store-values.ts';

const client = new SQSClient({ ...emulatorConfig(), useQueueUrlAsEndpoint: false });
const waitMsMax = 5_000;

messageBusContract('sqs', openBus);

async function openBus(): Promise<OpenedBus> {
  const queue = await client.send(new CreateQueueCommand({ QueueName: `weft-${randomUUID()}` }));
  const queueUrl = queue.QueueUrl ?? '';
  return {
    bus: sqsMessageBus({
      client,
      queueUrl,
      onDropped: (bells, reason) => assert.fail(`${bells.length} bells: ${String(reason)}`),
    }),
    heard: (count) => receive(queueUrl, count),
    close: async () => {
      await client.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
    },
  };
}

async function receive(queueUrl: string, count: number): Promise<readonly Doorbell[]> {
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

test('sqs: a queue that is not there fails no request, and the bells are named', async () => {
  const dropped: Doorbell[] = [];
  const bus = sqsMessageBus({
    client,
    queueUrl: `${emulatorConfig().endpoint}/000000000000/none-${randomUUID()}`,
    onDropped: (bells) => dropped.push(...bells),
  });
  const bells = [{ chain: chainNamed('alice'), height: height(7) }];
  await bus.ring(bells);
  assert.deepEqual(dropped, bells);
});
