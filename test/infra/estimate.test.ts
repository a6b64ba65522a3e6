import assert from 'node:assert/strict';
import { test } from 'node:test';
import { billOf, type Template } from '#infra/config/bill.ts';
import type { ValidatorConfig } from '#infra/config/validator-config.ts';
import { sampleConfig } from './sample-config.ts';
import { synthesised } from './synthesised.ts';

function templatesOf(changes: Partial<ValidatorConfig> = {}): readonly Template[] {
  const { state, compute, observe } = synthesised(changes);
  return [state, compute, observe].map((each) => each.toJSON() as Template);
}

test('an idle validator costs less than two dollars a month', () => {
  const { totalUsd, lines } = billOf(templatesOf(), 'idle');
  assert.ok(totalUsd > 1.5 && totalUsd < 2, `${totalUsd}`);
  assert.deepEqual(
    lines.map(({ what }) => what),
    ['keys', 'alarms', 'queue polling', 'sweeps'],
  );
});

test('at every cap for a whole month, the bill stays below what the operator allows', () => {
  const shards = { functions: 8, map: { version: 1, functions: 8 } } as const;
  const provisioned = { least: 1, most: 4, schedules: [] };
  const cases: Partial<ValidatorConfig>[] = [
    {},
    { maxMonthlyUsd: 50 },
    { maxMonthlyUsd: 20_000, dashboard: true },
    { maxMonthlyUsd: 2_000, architecture: 'x86-64', key: 'kms-sign', shards },
    { maxMonthlyUsd: 2_000, concurrency: { provisioned } },
  ];
  for (const one of cases) {
    const most = one.maxMonthlyUsd ?? sampleConfig.maxMonthlyUsd;
    const { totalUsd } = billOf(templatesOf(one), 'worst');
    assert.ok(totalUsd <= most, `${totalUsd} of ${most}`);
    assert.ok(totalUsd > 0.8 * most - 10, `${totalUsd} of ${most}`);
  }
});

test('a million blocks cost what their units cost', () => {
  const { totalUsd } = billOf(templatesOf(), 'expected');
  const double = billOf(templatesOf(), 'expected', 2_000_000);
  const idle = billOf(templatesOf(), 'idle');
  assert.ok(totalUsd > 8 && totalUsd < 25, `${totalUsd}`);
  assert.ok(Math.abs(double.totalUsd - 2 * totalUsd + idle.totalUsd) < 0.1);
});
