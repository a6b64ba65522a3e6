import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Doorbell } from '#ports/message-bus.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { hopsMax } from './bell-record.ts';
import { sqsMessageBus } from './message-bus.ts';

const bells = Array.from({ length: 23 }, (_, index) => ({
  chain: chainNamed(`${index % 3}`),
  height: height(index),
}));

interface Batch {
  readonly Entries: readonly { readonly Id: string; readonly MessageGroupId: string }[];
}

/** A bus whose queue answers each batch as `answer` says, and what was sent and dropped. */
function opened(answer: (batch: Batch) => unknown, hops = 0) {
  const client = new SQSClient({ region: 'eu-west-1' });
  const sent: Batch[] = [];
  const dropped: Doorbell[] = [];
  const send = (command: { readonly input: unknown }) => {
    const batch = command.input as Batch;
    sent.push(batch);
    return Promise.resolve().then(() => answer(batch));
  };
  Object.assign(client, { send });
  const onDropped = (lost: readonly Doorbell[]) => dropped.push(...lost);
  const bus = sqsMessageBus({ client, queueUrl: 'https://q', hops, onDropped });
  return { bus, sent, dropped };
}

test('bells are sent ten at a time, each in the group of its chain', async () => {
  const { bus, sent, dropped } = opened(() => ({}));
  await bus.ring([...bells, ...bells]);
  assert.deepEqual(
    sent.map(({ Entries }) => Entries.length),
    [10, 10, 3],
  );
  assert.equal(sent[0]?.Entries[4]?.MessageGroupId, bells[4]?.chain);
  assert.deepEqual(dropped, []);
});

test('bells that the queue does not take are named, and fail no request', async () => {
  const partly = opened(() => ({ Failed: [{ Id: '1', Code: 'InternalError' }] }));
  await partly.bus.ring(bells.slice(0, 3));
  assert.deepEqual(partly.dropped, [bells[1]]);
  const wholly = opened(() => {
    throw new Error('throttled');
  });
  await wholly.bus.ring(bells.slice(0, 3));
  assert.deepEqual(wholly.dropped, bells.slice(0, 3));
});

test('what was passed on too often is not passed on again', async () => {
  const { bus, sent, dropped } = opened(() => ({}), hopsMax + 1);
  await bus.ring(bells.slice(0, 2));
  assert.deepEqual(sent, []);
  assert.deepEqual(dropped, bells.slice(0, 2));
});
