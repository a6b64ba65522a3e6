import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mark, marks } from './marks.ts';
import { noFaults, optionsFor, type WorldOptions } from './options.ts';
import { runWorld } from './world.ts';

const firstSeed = 1;
const seedsAlways = 12;
const seedsAtMost = 80;

/** Whatever a world throws says how to see it again. */
async function run(options: WorldOptions) {
  try {
    return await runWorld(options);
  } catch (cause) {
    const again = `npm run sim -- --seeds 1 --from ${options.seed}`;
    throw new Error(`${again}, with ${JSON.stringify(options)}`, { cause });
  }
}

test('whatever goes wrong, no rule is broken, and everything that may happen happens', async () => {
  const reached = new Set<Mark>();
  let seed = firstSeed;
  while (seed < firstSeed + seedsAtMost) {
    for (const mark of (await run(optionsFor(seed))).reached) reached.add(mark);
    seed += 1;
    if (seed >= firstSeed + seedsAlways && marks.every((mark) => reached.has(mark))) break;
  }
  assert.deepEqual(
    marks.filter((mark) => !reached.has(mark)),
    [],
  );
});

test('a seed gives the same world each time', async () => {
  const options = { ...optionsFor(7), events: 3_000 };
  assert.equal((await run(options)).trace, (await run(options)).trace);
  assert.notEqual((await run({ ...options, seed: 8 })).trace, (await run(options)).trace);
});

test('real signatures change nothing', async () => {
  const world = await run({ ...optionsFor(11), events: 2_000, crypto: 'ed25519' });
  assert.ok(world.blocks > 0);
});

test('without faults every chain gets its blocks in a few hundred events each', async () => {
  const options = { ...optionsFor(3), faults: noFaults, skewMs: 0, traitor: 'none' as const };
  const plain = await run({ ...options, chains: ['wallet', 'fast wallet'], idleChains: 1 });
  assert.ok(plain.events / plain.blocks < 200, `${plain.events} events, ${plain.blocks} blocks`);
});
