import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type MetricName,
  metricNames,
  metricNamespace,
  routeDimension,
  validatorDimension,
} from '#functions/observe/metric-names.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';

/** One of the validator's own metrics, over all its functions; of one class of routes, if named. */
export function ownMetric(
  { name }: ValidatorConfig,
  metric: MetricName,
  statistic: string,
  route?: string,
): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: metricNames[metric],
    dimensionsMap: { [validatorDimension]: name, ...(route && { [routeDimension]: route }) },
    statistic,
    ...(route && { label: `${route} ${statistic}` }),
    period: Duration.minutes(5),
  });
}
