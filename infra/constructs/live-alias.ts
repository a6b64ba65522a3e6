import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import {
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
  TrafficRouting,
} from 'aws-cdk-lib/aws-codedeploy';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ValidatorConfig } from '../config/validator-config.ts';
import type { WeftFunction } from './weft-function.ts';

/** Kept busy up to this share, before more capacity is made ready. */
const utilization = 0.7;

/** What requests call: the newest version, at once or by a canary, with what is kept ready. */
export function liveAlias(scope: Construct, worker: WeftFunction, config: ValidatorConfig): Alias {
  const { concurrency, canary } = config;
  const id = worker.node.id;
  const alias = new Alias(scope, `${id}Live`, {
    aliasName: 'live',
    version: worker.currentVersion,
  });
  if (canary) {
    const trafficRouting = TrafficRouting.timeBasedCanary({
      interval: Duration.minutes(canary.minutes),
      percentage: canary.percent,
    });
    new LambdaDeploymentGroup(scope, `${id}Canary`, {
      alias,
      deploymentConfig: new LambdaDeploymentConfig(scope, `${id}CanaryPace`, { trafficRouting }),
      alarms: [
        alias
          .metricErrors({ period: Duration.minutes(1) })
          .createAlarm(scope, `${id}CanaryErrors`, { threshold: 1, evaluationPeriods: 1 }),
      ],
    });
  }
  const { provisioned } = concurrency;
  if (!provisioned) return alias;
  const scaling = alias.addAutoScaling({
    minCapacity: provisioned.least,
    maxCapacity: provisioned.most,
  });
  // Utilization of nothing is nothing: what starts from zero rises by its schedule alone.
  if (provisioned.least > 0) scaling.scaleOnUtilization({ utilizationTarget: utilization });
  for (const { name, cron, least, most } of provisioned.schedules) {
    const schedule = Schedule.expression(cron);
    scaling.scaleOnSchedule(name, { schedule, minCapacity: least, maxCapacity: most });
  }
  return alias;
}
