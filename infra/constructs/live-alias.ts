import { Duration, Stack } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import {
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
  TrafficRouting,
} from 'aws-cdk-lib/aws-codedeploy';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ValidatorConfig } from '../config/validator-config.ts';
import type { WeftFunction } from './weft-function.ts';

const aliasName = 'live';
/** Kept busy up to this share, before more capacity is made ready. */
const utilization = 0.7;

export interface Live {
  readonly config: ValidatorConfig;
  /** Called before a new version gets its first request; it may keep it from them. */
  readonly rehearsal: WeftFunction | undefined;
}

/** What requests call: the newest version, at once or by a canary, with what is kept ready. */
export function liveAlias(
  scope: Construct,
  worker: WeftFunction,
  { config, rehearsal }: Live,
): Alias {
  const { concurrency, canary } = config;
  const id = worker.node.id;
  const alias = new Alias(scope, `${id}Live`, {
    aliasName,
    version: worker.currentVersion,
  });
  if (canary) canaryOf(scope, { config, worker, alias, rehearsal, canary });
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

interface Canary extends Live {
  readonly worker: WeftFunction;
  readonly alias: Alias;
  readonly canary: NonNullable<ValidatorConfig['canary']>;
}

/** Requests go to a new version part by part, if the rehearsal lets any, and back if it errs. */
function canaryOf(scope: Construct, canaried: Canary): void {
  const { config, worker, alias, rehearsal, canary } = canaried;
  const id = worker.node.id;
  // Named, for the policy that reads it must be there before what it watches.
  const alarmName = `weft-${config.name}-${id}-canary`;
  const trafficRouting = TrafficRouting.timeBasedCanary({
    interval: Duration.minutes(canary.minutes),
    percentage: canary.percent,
  });
  const role = new Role(scope, `${id}CanaryRole`, {
    assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
  });
  alias.node.addDependency(mayDeploy(role, canaried, alarmName));
  new LambdaDeploymentGroup(scope, `${id}Canary`, {
    alias,
    // What AWS's own policy allows besides, no deployment of ours does.
    role: role.withoutPolicyUpdates(),
    ...(rehearsal && { preHook: rehearsal }),
    deploymentConfig: new LambdaDeploymentConfig(scope, `${id}CanaryPace`, { trafficRouting }),
    alarms: [
      alias
        .metricErrors({ period: Duration.minutes(1) })
        .createAlarm(scope, `${id}CanaryErrors`, { alarmName, threshold: 1, evaluationPeriods: 1 }),
    ],
  });
}

/** Source: AWS's policy AWSCodeDeployRoleForLambdaLimited, held to what this deployment needs. */
function mayDeploy(role: Role, { worker, rehearsal }: Canary, alarmName: string): Policy {
  const { account, region } = Stack.of(role);
  const alarm = `arn:aws:cloudwatch:${region}:${account}:alarm:${alarmName}`;
  const { functionArn } = worker;
  const may = (actions: string[], ...resources: string[]) =>
    new PolicyStatement({ actions, resources });
  return new Policy(role, 'Deploy', {
    roles: [role],
    statements: [
      may(['lambda:GetAlias', 'lambda:UpdateAlias'], functionArn, `${functionArn}:${aliasName}`),
      may(['cloudwatch:DescribeAlarms'], alarm),
      ...(rehearsal ? [may(['lambda:InvokeFunction'], rehearsal.functionArn)] : []),
    ],
  });
}
