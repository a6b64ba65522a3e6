import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  type CfnApi,
  type CfnStage,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { listenersTable } from '#adapters/websocket/listeners-table.ts';
import { type Fuses, unitsOfTables } from '../config/fuses.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';
import type { WeftFunction } from './weft-function.ts';

export interface PushEntryProps {
  readonly config: ValidatorConfig;
  readonly fuses: Fuses;
  readonly notifier: WeftFunction;
}

/** Notifications over WebSocket: hints that heads moved, from the stream of their table. */
export class PushEntry extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** Who listens: nothing but hints is lost with it. */
  readonly listeners: Table;

  constructor(scope: Construct, id: string, { config, fuses, notifier }: PushEntryProps) {
    super(scope, id);
    this.listeners = listenersOf(this, fuses);
    const route = (name: string) => ({
      integration: new WebSocketLambdaIntegration(name, notifier),
    });
    this.api = new WebSocketApi(this, 'Api', {
      description: `notifications of weft validator ${config.name}`,
      connectRouteOptions: route('OnConnect'),
      disconnectRouteOptions: route('OnDisconnect'),
      defaultRouteOptions: route('OnMessage'),
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName,
      autoDeploy: true,
      // Each of the three routes has a bucket of its own.
      throttle: { rateLimit: fuses.socketMessages / 3, burstLimit: 200 },
    });
    const log = new LogGroup(this, 'Access', {
      retention: config.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.accessLogSettings = { destinationArn: log.logGroupArn, format: accessFormat };
  }

  /** All connections to this API, to which alone functions may send. */
  connectionsArn(): string {
    return this.connectionsOf(this.api.apiId);
  }

  /** The same as the policy checks write it. */
  connectionsFinding(): string {
    const api = this.api.node.defaultChild as CfnApi;
    return this.connectionsOf(`<${Stack.of(this).getLogicalId(api)}>`);
  }

  private connectionsOf(resource: string): string {
    const { account, region } = Stack.of(this);
    return `arn:aws:execute-api:${region}:${account}:${resource}/${stageName}/POST/@connections/*`;
  }
}

function listenersOf(scope: Construct, { writeUnits, readUnits }: Fuses): Table {
  return new Table(scope, 'Listeners', {
    partitionKey: { name: listenersTable.partitionKey, type: AttributeType.BINARY },
    sortKey: { name: listenersTable.sortKey, type: AttributeType.BINARY },
    timeToLiveAttribute: listenersTable.end,
    billingMode: BillingMode.PAY_PER_REQUEST,
    maxWriteRequestUnits: unitsOfTables(writeUnits).listeners,
    maxReadRequestUnits: unitsOfTables(readUnits).listeners,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** Tells `notifier` of every head that was saved; what it fails at is set aside. */
export function tellOfHeads(
  { heads }: { readonly heads: Table },
  notifier: WeftFunction,
  dead: Queue,
): void {
  const { tableStreamArn = '' } = heads;
  notifier.may(streamActions, tableStreamArn);
  notifier.may(['sqs:SendMessage'], dead.queueArn);
  const mapping = new EventSourceMapping(notifier, 'Heads', {
    target: notifier,
    eventSourceArn: tableStreamArn,
    startingPosition: StartingPosition.LATEST,
    batchSize: 100,
    bisectBatchOnError: true,
    retryAttempts: 3,
    maxRecordAge: Duration.minutes(5),
    reportBatchItemFailures: true,
    onFailure: { bind: () => ({ destination: dead.queueArn }) },
    filters: [FilterCriteria.filter({ eventName: FilterRule.or('INSERT', 'MODIFY') })],
  });
  mapping.node.addDependency(notifier.role ?? notifier);
}

/** Lambda looks for the table's streams before it reads the one it was given. */
export function maySeeStreams(notifier: WeftFunction, headsArn: string): void {
  notifier.may(['dynamodb:ListStreams'], `${headsArn}/stream/*`);
}

const streamActions = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
];

const stageName = 'v1';
const accessFormat = JSON.stringify({
  id: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  event: '$context.eventType',
});
