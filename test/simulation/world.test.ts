import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noFaults, optionsFor } from './options.ts';
import { runAgain } from './run-again.ts';

/** Nearly twice as many as it takes to have every plan. */
const seeds = 12;

test('whatever goes wrong, no rule is broken', async () => {
  for (let seed = 1; seed <= seeds; seed++) await runAgain(optionsFor(seed));
});

test('a seed gives the same world each time', async () => {
  const options = { ...optionsFor(7), events: 3_000 };
  assert.equal((await runAgain(options)).trace, (await runAgain(options)).trace);
  assert.notEqual((await runAgain({ ...options, seed: 8 })).trace, (await runAgain(options)).trace);
});

test('real signatures change nothing', async () => {
  const world = await runAgain({ ...optionsFor(11), events: 2_000, crypto: 'ed25519' });
  assert.ok(world.blocks > 0);
});

test('without faults every chain gets its blocks in a few hundred events each', async () => {
  const options = { ...optionsFor(3), faults: noFaults, skewMs: 0, traitor: 'none' as const };
  const plain = await runAgain({ ...options, chains: ['wallet', 'fast wallet'], idleChains: 1 });
  assert.ok(plain.events / plain.blocks < 200, `${plain.events} events, ${plain.blocks} blocks`);
});
