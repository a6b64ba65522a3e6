import { RemovalPolicy } from 'aws-cdk-lib';
import { type CfnStage, HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Fuses } from '../config/fuses.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';

export interface HttpEntryProps {
  readonly config: ValidatorConfig;
  readonly fuses: Fuses;
  /** Those that serve chain requests, by shard; the first also serves what names none of them. */
  readonly workers: readonly IFunction[];
  readonly reader: IFunction;
}

interface Entry {
  readonly method: HttpMethod;
  readonly path: string;
  readonly to: IFunction;
  /** Which cap its requests count against. */
  readonly cap: 'writes' | 'reads' | 'uploads';
  /** How much of the cap is its part, beside those of the others under it. */
  readonly weight: number;
}

/** Tokens of a route's bucket: short bursts pass at once, the rate caps what lasts. */
const burst = 500;

/** The validator's HTTP API. Each route has a bucket of its own, so that reads starve no votes. */
export class HttpEntry extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { config, fuses, workers, reader }: HttpEntryProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      description: `weft validator ${config.name}`,
      createDefaultStage: false,
    });
    const log = new LogGroup(this, 'Access', {
      retention: config.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const entries = entriesOf(workers, reader);
    this.stage = new HttpStage(this, 'Stage', { httpApi: this.api, autoDeploy: true });
    const routes = entries.map((entry) => this.route(entry));
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.accessLogSettings = { destinationArn: log.logGroupArn, format: accessFormat };
    const smallest = Math.min(...entries.map((entry) => rateOf(entry, entries, fuses)));
    stage.defaultRouteSettings = { throttlingRateLimit: smallest, throttlingBurstLimit: burst };
    stage.routeSettings = Object.fromEntries(
      entries.map((entry) => [
        `${entry.method} ${entry.path}`,
        { ThrottlingRateLimit: rateOf(entry, entries, fuses), ThrottlingBurstLimit: burst },
      ]),
    );
    for (const route of routes) stage.node.addDependency(...route);
  }

  private route({ method, path, to }: Entry) {
    const integration = new HttpLambdaIntegration(`To${to.node.id}`, to);
    return this.api.addRoutes({ path, methods: [method], integration });
  }
}

/** Of the cap on writes, beside 1 for newcomers' `any` and 1 for shards that are no more. */
const shardWeight = 8;

/**
 * A worker of its own for each shard. `any` always works, for whoever knows no map, and so does a
 * shard of an older map: both go to the first.
 */
function entriesOf(workers: readonly IFunction[], reader: IFunction): readonly Entry[] {
  const [first] = workers as readonly [IFunction, ...IFunction[]];
  const post = { method: HttpMethod.POST, cap: 'writes', weight: 1 } as const;
  const small = { method: HttpMethod.GET, cap: 'reads', weight: 1 } as const;
  const under = (shard: string | number) => `/v1/shards/${shard}/{proxy+}`;
  return [
    ...workers.map((to, shard) => ({ ...post, path: under(shard), to, weight: shardWeight })),
    { ...post, path: under('any'), to: first },
    { ...post, path: under('{shard}'), to: first },
    { ...post, path: '/v1/shards/{shard}/chains/{chain}/blobs', to: first, cap: 'uploads' },
    { ...small, path: '/health', to: first },
    { ...small, path: '/metrics', to: first },
    { ...small, path: '/', to: reader },
    { ...small, path: '/{proxy+}', to: reader, weight: 17 },
  ];
}

/** AWS counts each route for itself, so those under one cap share it. */
function rateOf({ cap, weight }: Entry, entries: readonly Entry[], fuses: Fuses): number {
  const sharers = entries.filter((each) => each.cap === cap);
  const whole = sharers.reduce((sum, each) => sum + each.weight, 0);
  return Math.floor((fuses[cap] * 1_000 * weight) / whole) / 1_000;
}

/** No address and no path: neither who asked nor for which chain. */
const accessFormat = JSON.stringify({
  id: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
});
