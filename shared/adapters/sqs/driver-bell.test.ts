import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SQSClient } from '@aws-sdk/client-sqs';
import { chainNamed, height } from '#test/support/store-values.ts';
import { bellFromText, hopsMax, textOfBell } from './bell-record.ts';
import { driverBell } from './driver-bell.ts';
import { lookFromText, textOfLook } from './look-record.ts';
import { backOffSeconds, showLater } from './show-later.ts';

interface Batch {
  readonly Entries: readonly {
    readonly MessageBody?: string;
    readonly DelaySeconds?: number;
    readonly VisibilityTimeout?: number;
  }[];
}

/** A client that answers each batch so, and what it was sent. */
function answering(answer: () => unknown) {
  const client = new SQSClient({ region: 'eu-west-1' });
  const sent: Batch[] = [];
  const send = ({ input }: { readonly input: Batch }) => {
    sent.push(input);
    return Promise.resolve().then(answer);
  };
  Object.assign(client, { send });
  const faults: unknown[] = [];
  const onDropped = (reason: unknown) => void faults.push(reason);
  const options = { client, queueUrl: 'https://q', delaySeconds: 5 };
  return {
    sent,
    faults,
    ring: driverBell({ ...options, onDropped }),
    later: showLater({ ...options, onFault: onDropped }),
  };
}

test('a bell for the driver is no doorbell, and none of both is the other', () => {
  const look = textOfLook({ hops: 3 });
  assert.deepEqual(lookFromText(look), { hops: 3 });
  assert.equal(bellFromText(look).ok, false);
  const bell = textOfBell({ chain: chainNamed('alice'), height: height(1), hops: 0 });
  const odd = [
    bell,
    '',
    '{',
    'null',
    textOfLook({ hops: hopsMax + 1 }),
    `${look}${' '.repeat(512)}`,
  ];
  for (const text of odd) assert.equal(lookFromText(text), undefined, text);
});

test('the driver is rung for later, and no further than the hops that there may be', async () => {
  const { ring, sent, faults } = answering(() => ({}));
  await ring(0);
  await ring(hopsMax + 1);
  assert.deepEqual(
    sent.map(({ Entries }) => Entries.map((each) => [each.MessageBody, each.DelaySeconds])),
    [[[textOfLook({ hops: 0 }), 5]]],
  );
  assert.deepEqual(faults, [`${hopsMax + 1} hops`]);
});

test('a queue that does not listen fails nobody, and is told of', async () => {
  const deaf = answering(() => Promise.reject(new Error('throttled')));
  await deaf.ring(0);
  await deaf.later([{ receiptHandle: 'a', seconds: 4 }]);
  assert.equal(deaf.faults.length, 2);
  const half = answering(() => ({ Failed: [{ Id: '0', Code: 'InternalError' }] }));
  await half.ring(0);
  await half.later([{ receiptHandle: 'a', seconds: 4 }]);
  assert.deepEqual(half.faults, ['InternalError', 'InternalError']);
});

test('records come again after a time that grows to a minute, ten in a request', async () => {
  assert.deepEqual([1, 2, 3, 4, 5, 1_000].map(backOffSeconds), [4, 16, 60, 60, 60, 60]);
  const { later, sent } = answering(() => ({}));
  const records = Array.from({ length: 12 }, (_, index) => ({
    receiptHandle: `${index}`,
    seconds: 4,
  }));
  await later(records);
  assert.deepEqual(
    sent.map(({ Entries }) => Entries.length),
    [10, 2],
  );
  assert.equal(sent[0]?.Entries[0]?.VisibilityTimeout, 4);
  await later([]);
  assert.equal(sent.length, 2);
});
