import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultConfig,
  type ValidatorConfig,
  validatorConfigFromText,
} from './validator-config.ts';

const config: ValidatorConfig = {
  ...defaultConfig,
  name: 'alpha',
  network: 'devnet',
  account: '000000000000',
  region: 'us-east-1',
};

/** The path that is named when one field is changed to a wrong value. */
function named(change: (draft: Record<string, unknown>) => void): string | undefined {
  const draft = structuredClone(config) as unknown as Record<string, unknown>;
  change(draft);
  const parsed = validatorConfigFromText(JSON.stringify(draft));
  return parsed.ok ? undefined : parsed.error.path;
}

test('what init writes is a configuration', () => {
  assert.deepEqual(validatorConfigFromText(JSON.stringify(config)), { ok: true, value: config });
});

test('a wrong field is named by its path', () => {
  assert.equal(
    named((draft) => Object.assign(draft, { account: 12 })),
    'account',
  );
  assert.equal(
    named((draft) => Object.assign(draft, { region: 'Mars' })),
    'region',
  );
  assert.equal(
    named((draft) => Object.assign(draft, { maxMonthlyUsd: 3.5 })),
    'maxMonthlyUsd',
  );
  assert.equal(
    named((draft) => Object.assign(draft, { shards: { functions: 3 } })),
    'shards.functions',
  );
  assert.equal(
    named((draft) => Object.assign(draft, { budget: 1 })),
    'budget',
  );
  assert.equal(
    named((draft) => Object.assign(draft, { concurrency: { provisioned: { least: 1, most: 2 } } })),
    'concurrency.provisioned.schedules',
  );
  assert.equal(
    named((draft) => Reflect.deleteProperty(draft, 'key')),
    'key',
  );
});

test('fields that contradict each other are named', () => {
  const wide = { functions: 2, map: { version: 1, functions: 4 } };
  assert.equal(
    named((draft) => Object.assign(draft, { shards: wide })),
    'shards.map.functions',
  );
  const provisioned = { least: 3, most: 2, schedules: [] };
  const concurrency = { provisioned };
  assert.equal(
    named((draft) => Object.assign(draft, { concurrency })),
    'concurrency.provisioned.least',
  );
  const canary = { percent: 10, minutes: 5 };
  const ready = { provisioned: { least: 1, most: 2, schedules: [] } };
  assert.equal(
    named((draft) => Object.assign(draft, { canary, concurrency: ready })),
    'canary',
  );
});

test('what is no JSON is refused', () => {
  const refused = { ok: false, error: { path: '(the file)', expected: 'JSON' } };
  assert.deepEqual(validatorConfigFromText('{'), refused);
  assert.equal(validatorConfigFromText('null').ok, false);
});
