import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '#functions/observe/metric-names.ts';
import { prices } from '../config/prices.ts';
import { functionSizes } from '../config/sizes.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';
import type { ComputeStack } from '../stacks/compute-stack.ts';
import type { StateStack } from '../stacks/state-stack.ts';
import { ownMetric } from './own-metric.ts';

export interface DashboardProps {
  readonly config: ValidatorConfig;
  readonly compute: ComputeStack;
  readonly state: StateStack;
}

/** As functions/observe publishes times. */
const routeClasses = ['propose', 'certify', 'other'];

/** Latency, votes, conflicts, what is owed, and what it costs, on one page. */
export class ValidatorDashboard extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, { config, compute, state }: DashboardProps) {
    super(scope, id);
    const own = (name: MetricName, statistic: string) => ownMetric(config, name, statistic);
    const { api } = compute.http;
    const period = Duration.minutes(5);
    const dashboard = new Dashboard(this, 'Page');
    this.dashboardName = dashboard.dashboardName;
    const latency = routeClasses.flatMap((route) =>
      ['p50', 'p90', 'p99'].map((statistic) => ownMetric(config, 'requestMs', statistic, route)),
    );
    const throttled = { period, statistic: 'Sum' };
    dashboard.addWidgets(
      graph('Latency inside the functions by route, ms', latency),
      graph('Latency at the gateway, ms', [api.metricLatency({ period, statistic: 'p99' })]),
      graph('Votes and certificates', [own('votes', 'Sum'), own('certificates', 'Sum')]),
      graph('Version conflicts and cold starts', [
        own('conflicts', 'Sum'),
        own('coldStarts', 'Sum'),
      ]),
      graph('Oldest owed message, seconds', [own('oldestOwedSeconds', 'Maximum')]),
      graph('Records waiting and dead', [
        compute.messages.queue.metricApproximateNumberOfMessagesVisible({ period }),
        compute.messages.dead.metricApproximateNumberOfMessagesVisible({ period }),
      ]),
      graph('Throttled by the fuses', [
        state.heads.metric('WriteThrottleEvents', { ...throttled, label: 'heads' }),
        state.data.metric('WriteThrottleEvents', { ...throttled, label: 'data' }),
        api.metricClientError({ period, statistic: 'Sum' }),
      ]),
      graph('Cost of a million certificates, USD', [costPerMillion(config, compute, state)]),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 12, height: 6 });
}

/** What varies with traffic, at list prices, for each million certificates accepted. */
function costPerMillion(
  config: ValidatorConfig,
  { http, functions }: ComputeStack,
  { heads, data }: StateStack,
): IMetric {
  const period = Duration.minutes(5);
  const sum = { period, statistic: 'Sum' };
  const gb = functionSizes.worker.memoryMb / 1_024;
  const worker = functions.get('Worker0');
  const usdPerMs = (gb * prices.lambda.gbSecond[config.architecture]) / 1_000;
  const { writeUnit, readUnit } = prices.dynamodb;
  // CloudWatch takes the `e` of 1e-7 for a metric.
  const terms = { w: writeUnit, r: readUnit, a: prices.httpApi.request, ms: usdPerMs };
  const sumOfTerms = Object.entries(terms).map(([metric, usd]) => `${metric} * ${usd.toFixed(12)}`);
  return new MathExpression({
    label: 'USD',
    period,
    expression: `IF(n > 0, 1000000 / n * (${sumOfTerms.join(' + ')}), 0)`,
    usingMetrics: {
      n: ownMetric(config, 'certificates', 'Sum'),
      w: new MathExpression({
        expression: 'hw + dw',
        period,
        usingMetrics: {
          hw: heads.metricConsumedWriteCapacityUnits(sum),
          dw: data.metricConsumedWriteCapacityUnits(sum),
        },
      }),
      r: data.metricConsumedReadCapacityUnits(sum),
      a: http.api.metricCount(sum),
      ...(worker && { ms: worker.metricDuration(sum) }),
    },
  });
}
