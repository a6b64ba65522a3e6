import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMetrics } from './metrics.ts';

/** The Prometheus text format: comments, or a name, labels and a number. */
const sample =
  /^[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? [\d.e+-]+$/;
const comment = /^# (?:HELP [a-z_]+ .+|TYPE [a-z_]+ (?:counter|gauge|histogram))$/;

test('every line is a sample or a comment, whatever the labels', () => {
  const metrics = newMetrics();
  metrics.count('weft_requests_total', 'a"b\\c\nd', '200');
  metrics.count('weft_refusals_total', 'busy');
  metrics.observe('blocks', 0.0004);
  metrics.show({ name: 'weft_age', help: 'Age.', type: 'gauge', read: () => 1.5 });
  const text = metrics.text();
  assert.ok(text.endsWith('\n'));
  for (const line of text.trimEnd().split('\n')) {
    assert.match(line, line.startsWith('#') ? comment : sample);
  }
  assert.match(text, /^weft_age 1\.5$/m);
});

test('counts add up by label', () => {
  const metrics = newMetrics();
  for (const status of ['200', '200', '503']) metrics.count('weft_requests_total', 'inbox', status);
  assert.match(metrics.text(), /^weft_requests_total\{route="inbox",status="200"\} 2$/m);
  assert.match(metrics.text(), /^weft_requests_total\{route="inbox",status="503"\} 1$/m);
});

test('buckets hold all that is at most their bound', () => {
  const metrics = newMetrics();
  for (const seconds of [0.0004, 0.002, 0.002, 60]) metrics.observe('blocks', seconds);
  const text = metrics.text();
  const bucket = (bound: string) =>
    new RegExp(`_bucket\\{route="blocks",le="${bound.replace('+', '\\+')}"\\} (\\d+)`).exec(
      text,
    )?.[1];
  assert.deepEqual(['0.0005', '0.001', '0.0025', '10', '+Inf'].map(bucket), [
    '1',
    '1',
    '3',
    '3',
    '4',
  ]);
  assert.match(text, /^weft_request_seconds_count\{route="blocks"\} 4$/m);
});

test('there is a most of series, however many labels come', () => {
  const metrics = newMetrics();
  for (let i = 0; i < 5_000; i++) metrics.count('weft_refusals_total', `kind-${i}`);
  assert.equal(metrics.text().match(/^weft_refusals_total\{/gm)?.length, 1_000);
});
