import assert from 'node:assert/strict';
import { test } from 'node:test';
// Sets a locale for the process, as the rest of the command does.
import 'zod';
import { defaultConfig, validatorConfigFromText } from './validator-config.ts';

const place = { name: 'a', network: 'b', account: '000000000000', region: 'us-east-1' };

/** What is said when fields have these values, or lack one where it is undefined. */
function said(changes: object): readonly string[] {
  const parsed = validatorConfigFromText(
    JSON.stringify({ ...defaultConfig, ...place, ...changes }),
  );
  return parsed.ok ? [] : [parsed.error.path, parsed.error.expected];
}

test('what is said of a wrong field tells what it must be', () => {
  assert.deepEqual(said({ maxMonthlyUsd: '1000' }), ['maxMonthlyUsd', 'a number']);
  assert.deepEqual(said({ maxMonthlyUsd: 99.5 }), ['maxMonthlyUsd', 'a whole number']);
  assert.deepEqual(said({ maxMonthlyUsd: 3 }), ['maxMonthlyUsd', 'at least 10']);
  assert.deepEqual(said({ dashboard: undefined }), ['dashboard', 'true or false']);
  assert.deepEqual(said({ account: 111122223333 }), ['account', 'text in quotes']);
  assert.deepEqual(said({ concurrency: 3 }), ['concurrency', 'an object']);
  assert.deepEqual(said({ alarmEmail: 3 }), ['alarmEmail', 'an address']);
  assert.deepEqual(said({ budget: 1 }), ['budget', 'absent: there is no such field']);
  assert.deepEqual(said({}), []);
});
