import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { MetricName } from '#functions/observe/metric-names.ts';
import type { AlarmName } from '../config/alarm-names.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';
import { ownMetric } from '../constructs/own-metric.ts';
import { ValidatorDashboard } from '../constructs/validator-dashboard.ts';
import type { ComputeStack } from './compute-stack.ts';
import type { StateStack } from './state-stack.ts';

export interface ObserveStackProps extends StackProps {
  readonly config: ValidatorConfig;
  readonly compute: ComputeStack;
  readonly state: StateStack;
}

interface Watched {
  readonly metric: IMetric;
  /** It alarms above this. */
  readonly above: number;
  readonly periods?: number;
}

const runbooks = 'docs/operators.md';
const owedSecondsMax = 300;
const failedShareMax = 0.05;

/** What an operator is woken for, and where to look then. */
export class ObserveStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { config, compute, state, ...props }: ObserveStackProps,
  ) {
    super(scope, id, props);
    const action = compute.alarms && new SnsAction(compute.alarms);
    for (const [name, { metric, above, periods = 1 }] of Object.entries(watched(config, compute))) {
      const alarm = new Alarm(this, name, {
        alarmDescription: `${config.name}: what to do is in ${runbooks}#${name}`,
        metric,
        threshold: above,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      if (action) alarm.addAlarmAction(action);
    }
    if (config.alarmEmail !== undefined) budgetFor(this, config, config.alarmEmail);
    const console = `https://${config.region}.console.aws.amazon.com/cloudwatch/home`;
    const page = config.dashboard
      ? `dashboards:name=${new ValidatorDashboard(this, 'Dashboard', { config, compute, state }).dashboardName}`
      : 'alarmsV2:';
    new CfnOutput(this, 'DashboardLink', {
      description: config.dashboard ? 'the dashboard' : 'the alarms: a dashboard is an option',
      value: `${console}?region=${config.region}#${page}`,
    });
  }
}

/** The core alarms, each named as its section of the runbooks. */
function watched(
  config: ValidatorConfig,
  { messages, http }: ComputeStack,
): Readonly<Record<AlarmName, Watched>> {
  const own = (name: MetricName, statistic: string) => ownMetric(config, name, statistic);
  const minute = { period: Duration.minutes(1) };
  return {
    'equivocation-attempt-refused': { metric: own('equivocationRefused', 'Sum'), above: 0 },
    'store-binding-mismatch': { metric: own('bindingMismatch', 'Sum'), above: 0 },
    'chain-quarantined': { metric: own('quarantined', 'Sum'), above: 0 },
    'dead-letters': {
      metric: messages.dead.metricApproximateNumberOfMessagesVisible({
        ...minute,
        statistic: 'Maximum',
      }),
      above: 0,
    },
    'owed-too-long': { metric: own('oldestOwedSeconds', 'Maximum'), above: owedSecondsMax },
    'replies-failing': {
      metric: http.api.metricServerError({ period: Duration.minutes(5), statistic: 'Average' }),
      above: failedShareMax,
      periods: 3,
    },
  };
}

/** Says so by mail when most of what the fuses allow is spent. */
function budgetFor(
  scope: Construct,
  { maxMonthlyUsd, name }: ValidatorConfig,
  address: string,
): void {
  const subscribers = [{ subscriptionType: 'EMAIL', address }];
  const notice = (notificationType: string, threshold: number) => ({
    notification: {
      notificationType,
      threshold,
      comparisonOperator: 'GREATER_THAN',
      thresholdType: 'PERCENTAGE',
    },
    subscribers,
  });
  new CfnBudget(scope, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: maxMonthlyUsd, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:weft:validator$${name}`] },
    },
    notificationsWithSubscribers: [notice('ACTUAL', 80), notice('FORECASTED', 100)],
  });
}
