import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { newAdmission } from './admission.ts';

const second = duration(1_000_000n);

function held(): { readonly promise: Promise<string>; release(): void } {
  let release: () => void = () => undefined;
  const promise = new Promise<string>((resolve) => {
    release = () => resolve('done');
  });
  return { promise, release: () => release() };
}

test('what is over the most is turned away at once, and let in when there is room', async () => {
  const admission = newAdmission(systemClock, 2, second);
  const works = [held(), held()];
  const running = works.map(({ promise }) => admission.run(() => promise));
  assert.equal(admission.inFlight(), 2);
  assert.deepEqual(await admission.run(() => assert.fail('not started')), { kind: 'too-many' });
  for (const { release } of works) release();
  assert.deepEqual(await Promise.all(running), Array(2).fill({ kind: 'done', value: 'done' }));
  assert.equal(admission.inFlight(), 0);
  assert.equal((await admission.run(async () => 1)).kind, 'done');
});

test('work that takes too long is given up, but counts until it ends', async () => {
  const admission = newAdmission(systemClock, 1, duration(20_000n));
  const work = held();
  assert.deepEqual(await admission.run(() => work.promise), { kind: 'too-late' });
  assert.equal(admission.inFlight(), 1);
  assert.deepEqual(await admission.run(() => work.promise), { kind: 'too-many' });
  work.release();
  await work.promise;
  await new Promise(setImmediate);
  assert.equal(admission.inFlight(), 0);
});

test('work that fails gives its place back, late or not', async () => {
  const admission = newAdmission(systemClock, 1, duration(20_000n));
  await assert.rejects(
    admission.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.equal(admission.inFlight(), 0);
  const late = admission.run(async () => {
    await systemClock.sleep(duration(60_000n));
    throw new Error('nobody hears this');
  });
  assert.deepEqual(await late, { kind: 'too-late' });
  await systemClock.sleep(duration(60_000n));
  assert.equal(admission.inFlight(), 0);
});
