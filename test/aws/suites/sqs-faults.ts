import assert from 'node:assert/strict';
import { after } from 'node:test';
import { SQSClient } from '@aws-sdk/client-sqs';
import { sqsMessageBus } from '#adapters/sqs/message-bus.ts';
import type { Doorbell, MessageBus } from '#ports/message-bus.ts';
import { faultyEmulator } from '#test/aws/support/faulty-emulator.ts';
import { openQueue } from '#test/aws/support/opened-queue.ts';
import { targetConfig } from '#test/aws/support/target.ts';
import { messageBusContract } from '#test/contracts/message-bus.ts';

const triesMax = 12;

for (const seed of [1, 2, 3]) {
  const proxy = await faultyEmulator(seed, { rates: { SendMessageBatch: 0.6 } });
  after(async () => {
    assert.ok(proxy.spoilt() > 0, 'nothing went wrong');
    await proxy.close();
  });
  messageBusContract(`sqs under faults of seed ${seed}`, async () => {
    const client = new SQSClient({
      ...targetConfig(),
      endpoint: proxy.url,
      useQueueUrlAsEndpoint: false,
      maxAttempts: 2,
    });
    const { queueUrl, heard, close } = await openQueue();
    return { bus: ringingAgain(client, queueUrl), heard, close };
  });
}

/** Rings again for what was named as not taken: what was not named must be heard. */
function ringingAgain(client: SQSClient, queueUrl: string): MessageBus {
  return {
    async ring(bells) {
      let left: readonly Doorbell[] = bells;
      for (let tries = 0; left.length > 0; tries++) {
        assert.ok(tries < triesMax, `${left.length} bells are not taken`);
        const dropped: Doorbell[] = [];
        const onDropped = (lost: readonly Doorbell[]) => dropped.push(...lost);
        await sqsMessageBus({ client, queueUrl, onDropped }).ring(left);
        left = dropped;
      }
    },
  };
}
