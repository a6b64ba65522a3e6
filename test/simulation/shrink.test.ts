import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noFaults, optionsFor, type WorldOptions } from './options.ts';
import { shrink } from './shrink.ts';

/** Fails where requests are lost while two chains are driven for long enough. */
function failsIfBig({ faults, chains, events }: WorldOptions): Promise<string | undefined> {
  const isBroken = faults.loss > 0 && chains.length >= 2 && events >= 700;
  return Promise.resolve(isBroken ? 'a rule' : undefined);
}

const big: WorldOptions = {
  ...optionsFor(1),
  chains: ['wallet', 'led', 'shared'],
  faults: { ...optionsFor(1).faults, loss: 0.1, double: 0.1, crash: 0.01 },
};

test('a world that fails is made smaller for as long as it breaks the same rule', async () => {
  const shrunk = await shrink(big, failsIfBig);
  assert.equal(shrunk?.rule, 'a rule');
  assert.equal(shrunk.options.events, 750);
  assert.equal(shrunk.options.chains.length, 2);
  assert.deepEqual(shrunk.options.faults, { ...noFaults, loss: 0.1 });
  assert.equal(shrunk.options.traitor, 'none');
});

test('a world without a failure has nothing to be made smaller', async () => {
  assert.equal(await shrink({ ...big, faults: noFaults }, failsIfBig), undefined);
});

test('no more worlds are tried than may be', async () => {
  let worlds = 0;
  const counted = (options: WorldOptions) => {
    worlds++;
    return failsIfBig(options);
  };
  const shrunk = await shrink(big, counted, 5);
  assert.equal(worlds, 5);
  assert.equal(shrunk?.worlds, 5);
});
