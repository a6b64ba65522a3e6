import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatorLog } from './validator-log.ts';

const name = 'validator-1';
const refused = { route: 'proposals', status: 422, refusal: 'wrong-round', correlation: 'ab12' };

test('a refusal and a fault are logged under the operation that they belong to', () => {
  const lines: string[] = [];
  const log = validatorLog({ name, logs: 'refusals', write: (line) => lines.push(line) });
  log.answered(refused);
  log.answered({ ...refused, status: 200, refusal: undefined });
  log.fault('no disk', 'ab12');
  log.fault('no disk');
  assert.deepEqual(
    lines.map((line) => line.slice(25)),
    [
      'validator-1 [ab12]: proposals 422 wrong-round\n',
      'validator-1 [ab12]: no disk\n',
      'validator-1: no disk\n',
    ],
  );
});

test('refusals never fill a log, and are left out where somebody reads along', () => {
  const lines: string[] = [];
  let now = 1_000;
  const options = { name, write: (line: string) => lines.push(line), now: () => now };
  const log = validatorLog({ ...options, logs: 'refusals' });
  for (let count = 0; count < 1_000; count++) log.answered(refused);
  assert.equal(lines.length, 50);
  now = 2_000;
  log.answered(refused);
  assert.match(lines[50] ?? '', /950 more refusals/);
  const quiet = validatorLog({ ...options, logs: 'faults' });
  quiet.answered(refused);
  assert.equal(lines.length, 52);
});
