import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresByShards, thresholdsOf } from './figures.ts';
import { reportPage } from './report/page.ts';
import { loadScript, scenarioNames } from './script.ts';

const script = loadScript({ scenarios: ['readers'], phases: 'smoke', target: 'http://127.0.0.1' });
const summary = { count: 9, min: 1, max: 9, p50: 3, p90: 7, p99: 9 };
const counters = { 'vusers.created': 9, 'vusers.completed': 9 };

test('a threshold is missed by what exceeds it, and by what was never measured', () => {
  const isMet = (summaries: Record<string, typeof summary>) =>
    thresholdsOf(script, { code: 0, counters, summaries }).every((one) => one.isMet);
  assert.ok(isMet({ read_ms: summary }));
  assert.ok(!isMet({ read_ms: { ...summary, p99: 100_000 } }));
  assert.ok(!isMet({}));
});

test('a visitor without success misses a threshold, also one who never came back', () => {
  const summaries = { read_ms: summary };
  const met = (counted: Record<string, number>) =>
    thresholdsOf(script, { code: 0, counters: { ...counters, ...counted }, summaries }).at(-1);
  assert.equal(met({})?.isMet, true);
  assert.equal(met({ 'vusers.failed': 1 })?.isMet, false);
  assert.equal(met({ 'vusers.completed': 8 })?.isMet, false);
});

test('every scenario file has a bound, and each of its times is told apart', () => {
  for (const name of scenarioNames) {
    const { config, scenarios } = loadScript({
      scenarios: [name],
      phases: 'stage',
      target: 'http://127.0.0.1',
    });
    assert.ok(config.ensure.thresholds.length > 0, name);
    assert.equal(scenarios.length, 1, name);
  }
});

test('figures of a shard map hold what was certified under it', () => {
  const at = (seconds: number) => ({ at: 1_000 * seconds, name: 'certify_ms', ms: seconds });
  const samples = [1, 2, 3, 11, 12].map(at);
  const maps = [
    { at: 0, shards: 1 },
    { at: 10_000, shards: 4 },
  ];
  const figures = figuresByShards(samples, maps);
  assert.deepEqual(
    figures.map(({ shards, certifyP99Ms }) => [shards, certifyP99Ms]),
    [
      [1, 3],
      [4, 12],
    ],
  );
});

test('the page needs no network, and takes no text for markup', () => {
  const result = {
    schema: 'weft.load/1',
    ok: true,
    phases: 'smoke',
    scenarios: ['<script>'],
    machine: '"&',
    loadAverage: 1,
    commit: 'unknown',
    seconds: 30,
    visitors: 9,
    failed: 0,
    blocks: 0,
    blocksPerSecond: 0,
    ms: {},
    missed: [],
    shards: [],
    audit: undefined,
  } as const;
  const ran = { code: 0, counters, summaries: { read_ms: summary } };
  const kept = { samples: [{ at: 5, name: 'read_ms', ms: 3 }], acknowledged: [] };
  const page = reportPage({ result, thresholds: thresholdsOf(script, ran), ran, kept, maps: [] });
  assert.ok(page.includes('<polyline'));
  assert.ok(!page.includes('<script'));
  assert.doesNotMatch(page, /(?:src|href)=|https?:/);
});
