import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, answeringClient, refusal } from '#test/support/answering-client.ts';
import { testClock } from '#test/support/committee.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { tableListeners } from './listeners.ts';

const alice = chainNamed('alice');
const nothing: Answer = { status: 200, body: {} };
const failed = refusal('ConditionalCheckFailedException');

type Input = Record<string, unknown>;

/** Listeners over a table that answers as a test says; what was asked, in order. */
function listenersOver(answer: (operation: string, input: Input) => Answer) {
  const asked: { readonly operation: string; readonly input: Input }[] = [];
  const client = answeringClient((operation, input) => {
    asked.push({ operation, input });
    return answer(operation, input);
  });
  const clock = testClock();
  return { listeners: tableListeners({ client, table: 'data', clock }), clock, asked };
}

test('what is told is noted before listeners are listed, so that none misses it unknowingly', async () => {
  const { listeners, clock, asked } = listenersOver((operation) => {
    const untilTime = { N: `${clock.now() + 1n}` };
    const summary = { pk: { B: 'bA==' }, sk: { B: 'AA==' }, untilTime };
    return operation === 'Query' ? { status: 200, body: { Items: [summary] } } : nothing;
  });
  await listeners.listenersOf(alice, clock.now());
  assert.deepEqual(
    asked.map(({ operation }) => operation),
    ['Query', 'UpdateItem', 'Query'],
  );
});

test('a chain that nobody listens to costs one read', async () => {
  const { listeners, clock, asked } = listenersOver(() => nothing);
  assert.deepEqual(await listeners.listenersOf(alice, clock.now()), []);
  assert.equal(asked.length, 1);
});

test('whether something was missed is read strongly', async () => {
  const { listeners, clock, asked } = listenersOver(() => nothing);
  await listeners.wereQuiet([alice], clock.now());
  assert.ok(asked.every(({ input }) => input.ConsistentRead === true));
});

test('who comes first beside another takes nothing from what is known of all', async () => {
  const { listeners, asked } = listenersOver((operation, input) => {
    // The other's summary comes between the look for one and the put.
    const isFirst = asked.length === 1;
    if (operation === 'UpdateItem') return isFirst ? failed : nothing;
    return input.ConditionExpression === undefined ? nothing : failed;
  });
  await listeners.listen('A=', [alice]);
  assert.deepEqual(
    asked.map(({ operation }) => operation),
    ['UpdateItem', 'PutItem', 'UpdateItem', 'PutItem', 'PutItem'],
  );
});
