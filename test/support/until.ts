import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const waitMsMax = 5_000;

/** Waits until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const start = performance.now();
  while (!isSo()) {
    assert.ok(performance.now() - start < waitMsMax, 'it never came');
    await sleep(5);
  }
}
