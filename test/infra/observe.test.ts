import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { alarmNames } from '#infra/config/alarm-names.ts';
import { sampleConfig } from './sample-config.ts';
import { resources, synthesised } from './synthesised.ts';

const { observe, compute } = synthesised();
const alarms = [...resources(observe, 'AWS::CloudWatch::Alarm').values()];
const runbooks = readFileSync(join(import.meta.dirname, '../../docs/operators.md'), 'utf8');

test('there are at most six alarms, each with a runbook', () => {
  assert.ok(alarms.length <= 6 && alarms.length === alarmNames.length);
  for (const { Properties } of alarms) {
    const [, anchor] = /docs\/operators\.md#([a-z-]+)/.exec(Properties.AlarmDescription) ?? [];
    assert.match(runbooks, new RegExp(`^### ${anchor}$`, 'm'));
  }
});

test('silence is no alarm, and what is owed for five minutes is', () => {
  for (const { Properties } of alarms) assert.equal(Properties.TreatMissingData, 'notBreaching');
  observe.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'OldestOwedSeconds',
    Threshold: 300,
    ComparisonOperator: 'GreaterThanThreshold',
  });
});

test('an alarm that nobody is told of has no topic, and a dashboard is a choice', () => {
  compute.resourceCountIs('AWS::SNS::Topic', 0);
  observe.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  observe.resourceCountIs('AWS::Budgets::Budget', 0);
  const chosen = synthesised({ alarmEmail: 'operator@example.com', dashboard: true });
  const told = chosen.observe;
  chosen.compute.resourceCountIs('AWS::SNS::Topic', 1);
  told.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  const linkIn = (template: typeof told) =>
    JSON.stringify(template.toJSON().Outputs.DashboardLink.Value);
  assert.match(linkIn(told), /dashboards:name=/);
  assert.match(linkIn(observe), /us-east-1\.console\.aws\.amazon\.com.*#alarmsV2:/);
  told.hasResourceProperties('AWS::Budgets::Budget', {
    Budget: { BudgetLimit: { Amount: sampleConfig.maxMonthlyUsd, Unit: 'USD' } },
  });
  for (const { Properties } of resources(told, 'AWS::CloudWatch::Alarm').values()) {
    assert.equal(Properties.AlarmActions.length, 1);
  }
});
