import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AwsCall } from './aws-call.ts';
import { type Fault, type FaultPlan, refusalOf, seededFaults } from './seeded-faults.ts';

const callOf = (caller: string, operation: string, service = 'dynamodb'): AwsCall => ({
  caller,
  operation,
  service,
  uses: [],
});

const put = callOf('worker', 'PutItem');
const send = callOf('driver', 'SendMessageBatch', 'sqs');
const drawnBy = (plan: FaultPlan, call: AwsCall, count: number) =>
  Array.from({ length: count }, () => plan.faultFor(call)?.fault);

test('the same seed spoils the same calls, whatever others come between them', () => {
  const options = { seed: 7, rate: 0.3, mayBeLate: () => true };
  const alone = drawnBy(seededFaults(options), put, 200);
  const between = seededFaults(options);
  const mixed = Array.from({ length: 200 }, () => {
    between.faultFor(send);
    return between.faultFor(put)?.fault;
  });
  assert.deepEqual(mixed, alone);
  assert.notDeepEqual(drawnBy(seededFaults({ ...options, seed: 8 }), put, 200), alone);
});

test('about the wanted share of calls goes wrong, in every way there is', () => {
  const plan = seededFaults({ seed: 1, rate: 0.25, mayBeLate: () => true });
  const puts = drawnBy(plan, put, 2_000).filter((fault) => fault !== undefined);
  assert.ok(puts.length > 400 && puts.length < 600, `${puts.length}`);
  const found = new Set([...puts, ...drawnBy(plan, send, 2_000)]);
  const all: readonly (Fault | undefined)[] = [
    'throttled',
    'conflict',
    'refused by the server',
    'lost',
    'done and lost',
    'late',
    'doubled',
    'delayed',
    'half',
    undefined,
  ];
  assert.deepEqual(new Set(all), found);
});

test('nothing comes late but what may', () => {
  const plan = seededFaults({ seed: 1, rate: 1 });
  assert.equal(drawnBy(plan, put, 500).includes('late'), false);
});

test('an operation may have a share of its own', () => {
  const plan = seededFaults({ seed: 1, rate: 0, rates: { PutItem: 1 } });
  assert.ok(plan.faultFor(put));
  assert.equal(plan.faultFor(callOf('worker', 'GetItem')), undefined);
});

test('each service refuses in its own words', () => {
  const plan = seededFaults({ seed: 1, rate: 1 });
  const faulted = { ...plan.faultFor(put)!, fault: 'throttled' as const };
  assert.match(refusalOf(callOf('', 'PUT', 's3'), faulted).body, /SlowDown/);
  assert.equal(refusalOf(callOf('', 'Sign', 'kms'), faulted).status, 400);
  assert.equal(refusalOf(callOf('', 'POST', 'execute-api'), faulted).status, 429);
});
