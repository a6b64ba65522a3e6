import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = dirname(dirname(import.meta.dirname));
const run = (file: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(root, file), ...args], { encoding: 'utf8' });

test('the benchmarks answer with one line of JSON, also as a command', () => {
  const { status, stdout, stderr } = run('cli/main.ts', 'bench', 'codec', '--quick', '--json');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^[^\n]+\n$/);
  const { schema, machine, commit, calibration, results } = JSON.parse(stdout);
  assert.equal(schema, 'weft.bench/1');
  assert.deepEqual(Object.keys(machine), ['cpu', 'cores', 'memoryGiB', 'platform', 'node']);
  assert.match(commit, /^(?:[0-9a-f]{12}\+?|unknown)$/);
  assert.ok(calibration.nobleVerifyPerSecond > 0 && calibration.fsyncMs > 0);
  assert.ok(results.length > 0);
  for (const { name, value, unit, bar, met, measured } of results) {
    assert.match(name, /^codec: /);
    assert.ok(value > 0 && measured > 0 && unit !== '');
    assert.deepEqual([bar, met], [null, null]);
  }
});

test('a benchmark that does not exist is told apart from one that fails', () => {
  const { status, stderr } = run('bench/main.ts', 'everything');
  assert.equal(status, 2);
  assert.match(stderr, /^there is no everything here/);
  const asCommand = run('cli/main.ts', 'bench', 'everything');
  assert.equal(asCommand.status, 2);
  assert.match(asCommand.stderr, /error invalid-argument: everything/);
});
