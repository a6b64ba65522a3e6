import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { bellFromText, textOfBell } from '#adapters/sqs/bell-record.ts';
import { sqsMessageBus } from '#adapters/sqs/message-bus.ts';
import { redrive } from '#adapters/sqs/redrive.ts';
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

/** A queue of its own. */
async function newQueue(): Promise<string> {
  const made = await client.send(new CreateQueueCommand({ QueueName: `weft-${randomUUID()}` }));
  return made.QueueUrl ?? '';
}

async function bodiesIn(queueUrl: string): Promise<readonly string[]> {
  const asked = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
  const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
  return Messages.map(({ Body = '' }) => Body).sort();
}

test('sqs: dead doorbells go back to their queue, and nothing else does', async () => {
  const [queueUrl, deadUrl] = [await newQueue(), await newQueue()];
  const bells = Array.from({ length: 23 }, (_, index) =>
    textOfBell({ chain: chainNamed('alice'), height: height(index), hops: 0 }),
  );
  const poison = ['no doorbell', '{"detail-type":"Scheduled Event"}'];
  for (const MessageBody of [...bells, ...poison]) {
    await client.send(new SendMessageCommand({ QueueUrl: deadUrl, MessageBody }));
  }
  const options = { client, queueUrl, deadUrl };
  const first = await redrive({ ...options, others: 'kept' });
  assert.deepEqual([first.moved, first.isCut], [23, false]);
  assert.deepEqual([...first.others].sort(), [...poison].sort());
  assert.equal((await receive(queueUrl, 23)).length, 23);
  const again = await redrive({ ...options, others: 'discarded' });
  assert.deepEqual([again.moved, [...again.others].sort()], [0, [...poison].sort()]);
  assert.deepEqual(await bodiesIn(deadUrl), []);
  assert.deepEqual(await bodiesIn(queueUrl), []);
});
