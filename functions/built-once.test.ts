import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lambdaContext } from '#test/support/lambda-events.ts';
import { builtOnce } from './built-once.ts';

test('a handler is built once for all events, and again after a build that failed', async () => {
  let builds = 0;
  const handler = builtOnce(() => {
    builds++;
    return builds === 1
      ? Promise.reject(new Error('throttled'))
      : Promise.resolve((event: number) => Promise.resolve(event + 1));
  });
  await assert.rejects(handler(1, lambdaContext()), /throttled/);
  assert.equal(await handler(1, lambdaContext()), 2);
  assert.equal(await handler(2, lambdaContext()), 3);
  assert.equal(builds, 2);
});

test('an event that fails leaves the handler as it is', async () => {
  let builds = 0;
  const handler = builtOnce(() => {
    builds++;
    return Promise.resolve((event: string) =>
      event === 'odd' ? Promise.reject(new Error(event)) : Promise.resolve(event),
    );
  });
  await assert.rejects(handler('odd', lambdaContext()), /odd/);
  assert.equal(await handler('fine', lambdaContext()), 'fine');
  assert.equal(builds, 1);
});
