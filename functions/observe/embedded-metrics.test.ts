import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embeddedMetrics } from './embedded-metrics.ts';
import { jsonLog } from './log.ts';

function opened() {
  let now = 1_000_000;
  const lines: string[] = [];
  const metrics = embeddedMetrics({
    validator: 'alpha',
    now: () => now,
    write: (line) => lines.push(line),
  });
  return {
    metrics,
    after(ms: number) {
      now += ms;
      metrics.flush();
      return lines.splice(0).map((line) => JSON.parse(line));
    },
  };
}

test('what came together is published once, after a while, and zeros never', () => {
  const { metrics, after } = opened();
  metrics.count('weft_votes_sent_total', 'confirm');
  metrics.count('weft_votes_sent_total', 'validate');
  metrics.count('weft_refusals_total', 'store-not-bound');
  metrics.count('weft_requests_total', 'proposals', '200');
  assert.deepEqual(after(9_999), []);
  const [line, ...more] = after(1);
  assert.deepEqual(more, []);
  assert.partialDeepStrictEqual(line, { Validator: 'alpha', Votes: 2, StoreBindingMismatch: 1 });
  assert.deepEqual(line._aws, {
    Timestamp: 1_010_000,
    CloudWatchMetrics: [
      {
        Namespace: 'Weft',
        Dimensions: [['Validator']],
        Metrics: [{ Name: 'Votes' }, { Name: 'StoreBindingMismatch' }],
      },
    ],
  });
  assert.deepEqual(after(60_000), []);
});

test('times are told by class of route, in few values', () => {
  const { metrics, after } = opened();
  for (let ms = 1; ms <= 5_000; ms++) metrics.observe('proposals', ms / 1_000);
  metrics.observe('blocks', 0.0201);
  const lines = after(10_000);
  assert.deepEqual(
    lines.map(({ Route }) => Route),
    ['propose', 'other'],
  );
  const { Values, Counts } = lines[0].RequestMs;
  assert.ok(Values.length <= 100 && Values.length === Counts.length);
  assert.deepEqual(lines[1].RequestMs, { Values: [20], Counts: [1] });
  assert.deepEqual(lines[1]._aws.CloudWatchMetrics[0].Dimensions, [
    ['Validator'],
    ['Validator', 'Route'],
  ]);
});

test('a number that only grows is published by its growth, and the longest wait as it is', () => {
  const { metrics, after } = opened();
  let conflicts = 7;
  metrics.watch('conflicts', () => conflicts);
  conflicts = 9;
  metrics.measure('oldestOwedSeconds', 30);
  metrics.measure('oldestOwedSeconds', 20);
  assert.partialDeepStrictEqual(after(10_000)[0], { VersionConflicts: 2, OldestOwedSeconds: 30 });
  assert.deepEqual(after(10_000), []);
});

test('what an operator is woken for is published at once', () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const metrics = embeddedMetrics({ validator: 'alpha', now: () => 0, write });
  let quarantined = 0;
  metrics.watch('quarantined', () => quarantined);
  metrics.add('votes', 1);
  metrics.flushUrgent();
  assert.deepEqual(lines, []);
  quarantined = 1;
  metrics.flushUrgent();
  assert.partialDeepStrictEqual(JSON.parse(lines[0] ?? ''), { Votes: 1, ChainsQuarantined: 1 });
  metrics.flushUrgent();
  assert.equal(lines.length, 1);
});

test('whatever a value holds, its line is one line of printable ASCII, and bounded', () => {
  const lines: string[] = [];
  const log = jsonLog({ fields: () => ({ validator: 'a\nb' }), write: (line) => lines.push(line) });
  log('info', 'x', {
    hostile: '\u0000\u2028"}\n{"level":"error\u{1f600}',
    long: 'y'.repeat(9_000),
  });
  assert.match(lines[0] ?? '', /^[ -~]{1,1000}$/);
  assert.partialDeepStrictEqual(JSON.parse(lines[0] ?? ''), {
    validator: 'a\nb',
    hostile: '\u0000\u2028"}\n{"level":"error\u{1f600}',
  });
});
