import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { withoutAmbient } from './ambient.ts';

const uses: Readonly<Record<string, () => unknown>> = {
  'Date.now': () => Date.now(),
  'Math.random': () => Math.random(),
  'performance.now': () => performance.now(),
  setTimeout: () => setTimeout(() => undefined, 0),
  fetch: () => fetch('http://127.0.0.1:9/'),
  randomBytes: () => randomBytes(1),
  getRandomValues: () => crypto.getRandomValues(new Uint8Array(1)),
  'AbortSignal.timeout': () => AbortSignal.timeout(1),
};

test('simulated code that asks the machine is found out, even if it goes on', async () => {
  for (const [name, use] of Object.entries(uses)) {
    const hidden = async () => {
      try {
        await use();
      } catch {
        return 'nothing happened';
      }
      return name;
    };
    const [source] = name.split('.').toReversed();
    await assert.rejects(withoutAmbient(hidden), new RegExp(`simulated code uses ${source}`));
  }
});

test('afterwards everything is as before', async () => {
  assert.equal(await withoutAmbient(() => Promise.resolve(7)), 7);
  assert.ok(Date.now() > 0 && Math.random() < 1 && randomBytes(1).length === 1);
});
