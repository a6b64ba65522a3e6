import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { textOfBell } from '#adapters/sqs/bell-record.ts';
import { sqsMessageBus } from '#adapters/sqs/message-bus.ts';
import { redrive } from '#adapters/sqs/redrive.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import { openQueue } from '#test/aws/support/opened-queue.ts';
import { serviceUrl, targetConfig } from '#test/aws/support/target.ts';
import { messageBusContract } from '#test/contracts/message-bus.ts';
import { chainNamed, height } from '#test/support/store-values.ts';

const client = new SQSClient({ ...targetConfig(), useQueueUrlAsEndpoint: false });

messageBusContract('sqs', async () => {
  const { queueUrl, heard, close } = await openQueue();
  const onDropped = (bells: readonly Doorbell[], reason: unknown) =>
    assert.fail(`${bells.length} bells: ${String(reason)}`);
  return { bus: sqsMessageBus({ client, queueUrl, onDropped }), heard, close };
});

test('sqs: a queue that is not there fails no request, and the bells are named', async () => {
  const dropped: Doorbell[] = [];
  const bus = sqsMessageBus({
    client,
    queueUrl: `${serviceUrl('sqs')}/000000000000/none-${randomUUID()}`,
    onDropped: (bells) => dropped.push(...bells),
  });
  const bells = [{ chain: chainNamed('alice'), height: height(7) }];
  await bus.ring(bells);
  assert.deepEqual(dropped, bells);
});

async function bodiesIn(queueUrl: string): Promise<readonly string[]> {
  const asked = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
  const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
  return Messages.map(({ Body = '' }) => Body).sort();
}

test('sqs: dead doorbells go back to their queue, and nothing else does', async () => {
  const { queueUrl, heard, close } = await openQueue();
  const { queueUrl: deadUrl, close: closeDead } = await openQueue();
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
  assert.equal((await heard(23)).length, 23);
  const again = await redrive({ ...options, others: 'discarded' });
  assert.deepEqual([again.moved, [...again.others].sort()], [0, [...poison].sort()]);
  assert.deepEqual(await bodiesIn(deadUrl), []);
  assert.deepEqual(await bodiesIn(queueUrl), []);
  await close();
  await closeDead();
});
