import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { allDone } from './all-done.ts';

test('what one of several fails with is thrown once the others have ended', async () => {
  let hasEnded = false;
  const slow = new Promise<void>((resolve) => {
    setTimeout(() => {
      hasEnded = true;
      resolve();
    }, 5);
  });
  const failing = Promise.reject(new Error('first'));
  await rejects(allDone([slow, failing, Promise.reject(new Error('second'))]), /first/);
  equal(hasEnded, true);
});

test('values come in the order of what was begun', async () => {
  deepEqual(await allDone([Promise.resolve(1), Promise.resolve('two')]), [1, 'two']);
});
