import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionsOf } from './partitions.ts';
import { playTwins } from './twins.ts';
import type { Lead } from './world.ts';

const leads: readonly Lead[] = ['super', 'multi-leader'];

test('five nodes are parted into three groups at most in 41 ways', () => {
  assert.equal(partitionsOf(5, 3).length, 41);
  assert.equal(partitionsOf(6, 2).length, 32);
});

for (const lead of leads) {
  test(`one twinned validator never confirms two blocks, led by ${lead}`, () => {
    const partitions = partitionsOf(5, 3);
    const isPlayed = (scenario: number) => scenario % 211 === 0;
    const seats = [0, 0, 1, 2, 3];
    const report = playTwins({ lead, seats, partitions, rounds: 3, isPlayed });
    assert.deepEqual(report.violations, []);
    assert.ok(report.scenarios > 300 && report.early > 100, JSON.stringify(report));
    assert.ok(report.early < report.scenarios, 'some heights are not through before it heals');
  });

  test(`two twinned validators that do are convicted, and they alone, led by ${lead}`, () => {
    const partitions = partitionsOf(6, 2);
    const isPlayed = (scenario: number) => scenario % 211 === 0;
    const seats = [0, 0, 1, 1, 2, 3];
    const report = playTwins({ lead, seats, partitions, rounds: 3, isPlayed });
    assert.deepEqual(report.violations, []);
    assert.ok(report.forks > 5, `${report.forks} forks`);
  });
}
