import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '#ports/clock.ts';
import { connectionUs, type Listeners, missedUs } from '#ports/listeners.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { type TestClock, testClock } from '#test/support/committee.ts';
import { chainNamed } from '#test/support/store-values.ts';

/** Opens an empty store of listeners, by this clock. */
export type OpenListeners = (clock: Clock) => Promise<Listeners>;

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];

type Claim = (listeners: Listeners, clock: TestClock) => Promise<void>;

const claims: Readonly<Record<string, Claim>> = {
  'who listens to a chain is told of it, once, and of no other': async (listeners, clock) => {
    await listeners.listen('A=', [alice]);
    await listeners.listen('A=', [alice]);
    await listeners.listen('B=', [alice, bob]);
    assert.deepEqual(await sorted(listeners.listenersOf(alice, clock.now())), ['A=', 'B=']);
    assert.deepEqual(await sorted(listeners.listenersOf(bob, clock.now())), ['B=']);
    assert.deepEqual(await listeners.listenersOf(chainNamed('carol'), clock.now()), []);
  },

  'a connection that is gone is not told of anything': async (listeners, clock) => {
    await listeners.listen('A=', [alice, bob]);
    await listeners.listen('B=', [alice]);
    await listeners.forget('A=');
    await listeners.forget('A=');
    assert.deepEqual(await listeners.listenersOf(alice, clock.now()), ['B=']);
    assert.deepEqual(await listeners.listenersOf(bob, clock.now()), []);
  },

  'no connection outlasts the longest that it may last': async (listeners, clock) => {
    await listeners.listen('A=', [alice]);
    clock.advance(connectionUs);
    assert.deepEqual(await listeners.listenersOf(alice, clock.now()), []);
    assert.equal(await listeners.isHeard(alice), true);
    clock.advance(missedUs);
    assert.equal(await listeners.isHeard(alice), false);
  },

  'it is certain that there was nothing to hear only while somebody would have heard': async (
    listeners,
    clock,
  ) => {
    const before = clock.now();
    clock.advance(1n);
    assert.equal(await listeners.wereQuiet([alice], before), false);
    await listeners.listen('A=', [alice]);
    assert.equal(await listeners.wereQuiet([alice], before), false);
    assert.equal(await listeners.wereQuiet([alice], clock.now()), true);
    assert.equal(await listeners.wereQuiet([alice, bob], clock.now()), false);
    await listeners.forget('A=');
    const heard = clock.now();
    clock.advance(connectionUs);
    assert.equal(await listeners.wereQuiet([alice], heard), true);
    clock.advance(missedUs);
    assert.equal(await listeners.wereQuiet([alice], heard), false);
  },

  'what was told after somebody heard last is missed by them': async (listeners, clock) => {
    await listeners.listen('A=', [alice]);
    const heard = clock.now();
    const told = timestamp(heard + 5n);
    clock.advance(10n);
    await listeners.listenersOf(alice, told);
    assert.equal(await listeners.wereQuiet([alice], heard), false);
    assert.equal(await listeners.wereQuiet([alice], told), true);
    await listeners.listen('B=', [alice]);
    assert.equal(await listeners.wereQuiet([alice], heard), false);
  },

  'what is told late hides nothing that was told before': async (listeners, clock) => {
    await listeners.listen('A=', [alice]);
    const [early, late] = [timestamp(clock.now() + 5n), timestamp(clock.now() + 9n)];
    clock.advance(10n);
    await listeners.listenersOf(alice, late);
    assert.deepEqual(await listeners.listenersOf(alice, early), ['A=']);
    assert.equal(await listeners.wereQuiet([alice], early), false);
    assert.equal(await listeners.wereQuiet([alice], late), true);
  },
};

async function sorted(found: Promise<readonly string[]>): Promise<readonly string[]> {
  return [...(await found)].sort();
}

/** Every promise of the `Listeners` port, as tests of one adapter, each on an empty store. */
export function listenersContract(adapter: string, open: OpenListeners): void {
  for (const [claim, body] of Object.entries(claims)) {
    test(`${adapter}: ${claim}`, async () => {
      const clock = testClock();
      await body(await open(clock), clock);
    });
  }
}
