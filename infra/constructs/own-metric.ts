import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type MetricName,
  metricNames,
  metricNamespace,
  validatorDimension,
} from '#functions/observe/metric-names.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';

/** One of the validator's own metrics, over all its functions. */
export function ownMetric(
  { name }: ValidatorConfig,
  metric: MetricName,
  statistic: string,
): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: metricNames[metric],
    dimensionsMap: { [validatorDimension]: name },
    statistic,
    period: Duration.minutes(5),
  });
}
