import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { hopsMax } from '#adapters/sqs/bell-record.ts';
import { fusesOf } from '#infra/config/fuses.ts';
import { functionSizes, gatewayTimeoutSeconds } from '#infra/config/sizes.ts';
import { awsLimits } from '#ports/aws-limits.ts';
import { sampleConfig } from './sample-config.ts';
import { resources, statements, synthesised } from './synthesised.ts';

type Json = ReturnType<typeof JSON.parse>;

const { compute } = synthesised();
const functions = [...resources(compute, 'AWS::Lambda::Function')];
const named = (id: string) => functions.find(([each]) => each.startsWith(id))![1].Properties;

test('each function runs on Node 24 and keeps its log for a while', () => {
  assert.equal(functions.length, 5);
  for (const [id, { Properties }] of functions) {
    assert.equal(Properties.Runtime, 'nodejs24.x', id);
    assert.deepEqual(Properties.Architectures, ['arm64']);
    assert.ok(Properties.LoggingConfig.LogGroup, id);
  }
  for (const [id, { Properties }] of resources(compute, 'AWS::Logs::LogGroup')) {
    assert.equal(Properties.RetentionInDays, 30, id);
  }
});

test('functions behind the gateway end before it gives up', () => {
  const { worker, reader, notifier } = functionSizes;
  for (const { timeoutSeconds } of [worker, reader, notifier]) {
    assert.ok(timeoutSeconds < gatewayTimeoutSeconds);
  }
  assert.equal(named('Worker0').Timeout, worker.timeoutSeconds);
});

test('the driver and the messenger wake each other, so they alone may, in our hop budget', () => {
  const looping = functions.filter(([, { Properties }]) => Properties.RecursiveLoop === 'Allow');
  assert.deepEqual(
    looping.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')),
    ['Messenger', 'Driver'],
  );
  // Whoever rings the queue, and who is called by whom the queue calls: a loop needs both.
  const allowed = statements(compute);
  const rolesOf = (action: string, what: RegExp) =>
    allowed
      .filter(({ actions, resources }) => actions.includes(action) && what.test(`${resources}`))
      .map(({ role }) => role);
  assert.deepEqual(rolesOf('sqs:SendMessage', /Envelopes/), ['Worker0Role', 'DriverRole']);
  assert.deepEqual(rolesOf('lambda:InvokeFunction', /./), ['MessengerRole']);
  assert.ok(hopsMax <= awsLimits.lambda.recursionHops);
});

test('a record that failed comes again when the messenger says so, on its own queue alone', () => {
  const later = statements(compute).filter(({ actions }) =>
    actions.includes('sqs:ChangeMessageVisibility'),
  );
  assert.deepEqual(
    later.map(({ role, resources }) => [role, /Envelopes|Dead/.exec(`${resources}`)?.[0]]),
    [['MessengerRole', 'Envelopes']],
  );
});

test('records that nobody can deliver are set aside, for two weeks', () => {
  const { timeoutSeconds } = functionSizes.messenger;
  compute.hasResourceProperties('AWS::SQS::Queue', {
    VisibilityTimeout: 6 * timeoutSeconds,
    RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
  });
  compute.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 86_400 });
  compute.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: Match.anyValue() },
  });
});

test('heads are told in order, a bad record alone is set aside', () => {
  compute.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 3,
    StartingPosition: 'LATEST',
    DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    FilterCriteria: Match.anyValue(),
  });
});

test('every route has a bucket of its own, and together they stay within the fuses', () => {
  const { writes, reads, uploads } = fusesOf(sampleConfig);
  const stage = [...resources(compute, 'AWS::ApiGatewayV2::Stage').values()].find(
    ({ Properties }) => Properties.RouteSettings,
  )!.Properties;
  const settings: Readonly<Record<string, { readonly ThrottlingRateLimit: number }>> =
    stage.RouteSettings;
  const keys = [...resources(compute, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) =>
    String(Properties.RouteKey),
  );
  const http = keys.filter((each) => !each.startsWith('$'));
  assert.deepEqual(Object.keys(settings).sort(), http.sort());
  const total = Object.values(settings).reduce((sum, each) => sum + each.ThrottlingRateLimit, 0);
  assert.ok(total <= writes + reads + uploads + 1e-6);
  assert.ok(stage.AccessLogSettings.Format.includes('$context.status'));
  assert.doesNotMatch(stage.AccessLogSettings.Format, /identity|path|sourceIp/);
});

test('any shard is served, and so is one that no map names any more', () => {
  const keys = [...resources(compute, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) =>
    String(Properties.RouteKey),
  );
  for (const shard of ['0', 'any', '{shard}']) {
    assert.ok(keys.includes(`POST /v1/shards/${shard}/{proxy+}`), shard);
  }
});

test('the driver is woken every two minutes, and a call that is lost or fails is set aside', () => {
  assert.ok(named('Driver').DeadLetterConfig.TargetArn);
  compute.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(2 minutes)',
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
});

test('sixteen shards have a function, a version and a route each, far below the limit of a stack', () => {
  const shards = { functions: 16, map: { version: 4, functions: 8 } } as const;
  const wide = synthesised({ shards }).compute;
  const made = resources(wide, 'AWS::Lambda::Function');
  assert.equal([...made.keys()].filter((id) => id.startsWith('Worker')).length, 16);
  assert.ok(Object.keys(wide.toJSON().Resources).length < 250);
  const routes = [...resources(wide, 'AWS::ApiGatewayV2::Route').values()];
  const posts = routes.map(({ Properties }) => String(Properties.RouteKey));
  for (let shard = 0; shard < 16; shard++) {
    assert.ok(posts.includes(`POST /v1/shards/${shard}/{proxy+}`));
  }
  assert.ok(posts.includes('POST /v1/shards/any/{proxy+}'));
  for (const { Properties } of made.values()) {
    assert.equal(Properties.Environment.Variables.WEFT_SHARD_MAP, '4;bits=3');
  }
});

test('capacity is kept ready by a schedule, and follows its use', () => {
  const schedules = [{ name: 'morning', cron: 'cron(0 7 * * ? *)', least: 3, most: 10 }];
  const provisioned = { least: 1, most: 5, schedules };
  const ready = synthesised({ concurrency: { reserved: 20, provisioned } }).compute;
  ready.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    MinCapacity: 1,
    MaxCapacity: 5,
    ScheduledActions: [Match.objectLike({ Schedule: 'cron(0 7 * * ? *)' })],
  });
  ready.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1);
  ready.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 20 });
});

test('a canary gets a part of the requests first', () => {
  const { compute: careful } = synthesised({ canary: { percent: 10, minutes: 5 } });
  careful.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
    TrafficRoutingConfig: {
      Type: 'TimeBasedCanary',
      TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 5 },
    },
  });
  compute.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
});

test('before a canary gets its part, the newest blocks come out again as they were certified', () => {
  const { compute: careful } = synthesised({ canary: { percent: 10, minutes: 5 } });
  const [alias] = [...resources(careful, 'AWS::Lambda::Alias').values()] as unknown as {
    readonly UpdatePolicy: { readonly CodeDeployLambdaAliasUpdate: Readonly<Record<string, Json>> };
  }[];
  const hook = alias?.UpdatePolicy.CodeDeployLambdaAliasUpdate.BeforeAllowTrafficHook;
  assert.match(JSON.stringify(hook), /Rehearsal/);
  assert.doesNotMatch(JSON.stringify(careful.toJSON()), /ManagedPolicyArns/);
  const told = statements(careful).filter(({ role }) => role === 'RehearsalRole');
  const actions = told
    .flatMap((each) => each.actions)
    .filter((each) => !/:(?:Get|BatchGet|Query|List)/.test(each));
  assert.deepEqual(actions.sort(), [
    'codedeploy:PutLifecycleEventHookExecutionStatus',
    'dynamodb:Scan',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ]);
});

test('the outputs tell the address, the key and the stanza, once there is a key', () => {
  const outputs = (template: typeof compute): Readonly<Record<string, { Value: unknown }>> =>
    template.toJSON().Outputs;
  const before = outputs(compute);
  assert.ok(before.Url?.Value && before.Socket?.Value);
  assert.match(String(before.PublicKey?.Value), /weft validator init alpha/);
  const publicKey = 'ab'.repeat(32);
  const after = outputs(synthesised({ publicKey }).compute);
  assert.equal(after.PublicKey?.Value, publicKey);
  const stanza = JSON.stringify(after.Stanza?.Value);
  for (const part of ['alpha', publicKey, 'ApiEndpoint', 'votes']) assert.ok(stanza.includes(part));
});
