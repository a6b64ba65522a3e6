import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mark, marks } from './marks.ts';
import { optionsFor } from './options.ts';
import { runAgain } from './run-again.ts';

const firstSeed = 101;
const seedsAtMost = 80;

test('everything that may happen happens in some world', async () => {
  const left = new Set<Mark>(marks);
  for (let seed = firstSeed; seed < firstSeed + seedsAtMost && left.size > 0; seed++) {
    for (const mark of (await runAgain(optionsFor(seed))).reached) left.delete(mark);
  }
  assert.deepEqual([...left], []);
});
