import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFork } from './fork.ts';
import { noFaults, optionsFor, type WorldOptions } from './options.ts';
import type { ChainPlan } from './plans.ts';

const plans: readonly ChainPlan[] = ['contended', 'weighted', 'mixed', 'led', 'supers', 'shared'];

/** Two traitors among four, and a chain whose devices are on both sides of what they part. */
function optionsOf(seed: number): WorldOptions {
  return {
    ...optionsFor(seed),
    traitor: 'pair',
    partingMs: (seed % 5) * 700,
    chains: [plans[seed % plans.length] as ChainPlan],
    clients: 0,
    children: 0,
    policy: 'free',
    events: 4_000,
    faults: { ...noFaults, double: 0.05, slow: 0.05 },
  };
}

test('two traitors of four who confirm two blocks are convicted, and nobody else is', async () => {
  const kinds = new Set<string>();
  let forks = 0;
  const seeds = 18;
  for (let seed = 0; seed < seeds; seed++) {
    const { judgement } = await runFork(optionsOf(seed));
    if (!judgement) continue;
    forks++;
    const { convictions, weight, committee } = judgement;
    assert.ok(weight >= committee.validity, `seed ${seed}: ${weight}`);
    const seats = convictions.map(({ seat }) => seat);
    assert.deepEqual(seats, [0, 1], `seed ${seed} convicts ${seats}`);
    for (const { evidence } of convictions) kinds.add(evidence.kind);
  }
  assert.ok(forks > seeds / 2, `${forks} forks in ${seeds} worlds`);
  assert.deepEqual([...kinds].sort(), ['broken-lock', 'double-vote']);
});
