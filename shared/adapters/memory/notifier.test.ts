import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notifierContract } from '#test/contracts/notifier.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { memoryNotifier } from './notifier.ts';

let runs = 0;

notifierContract('memory', (limits) => memoryNotifier({ run: `run${++runs}`, ...limits }));

test('closed subscriptions are forgotten', () => {
  const hub = memoryNotifier({ run: 'a' });
  const chains = new Set([chainNamed('alice'), chainNamed('bob')]);
  const one = hub.subscribe({ chains, after: undefined });
  const other = hub.subscribe({ chains, after: undefined });
  assert.equal(hub.subscriptions(), 2);
  one.close();
  one.close();
  assert.equal(hub.subscriptions(), 1);
  other.close();
  assert.equal(hub.subscriptions(), 0);
});
