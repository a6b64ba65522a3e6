import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from '#test/chaos/chaos.ts';

test('processes that are killed lose nothing that they acknowledged', async () => {
  const report = await runChaos({ kills: 10, seed: 3, onProgress: () => undefined });
  assert.equal(report.acknowledgedLost, 0);
  assert.equal(report.conflictingVotes, 0);
  assert.equal(report.supplyAfter, report.supplyBefore);
  assert.ok(report.votes > 0 && report.acknowledged > 0 && report.audits === 2);
});
