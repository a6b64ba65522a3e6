import { RemovalPolicy } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type CfnStage, HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  accessFormat,
  type EntryProps,
  type EntryRoute,
  routeBurst,
  throttledRoutes,
} from './entry-routes.ts';

/** The way in, whichever kind of API it is. */
export interface Entry {
  /** Paths of ours follow it. */
  readonly url: string;
  readonly api: HttpApi | RestApi;
}

/** The validator's HTTP API. */
export class HttpEntry extends Construct implements Entry {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly url: string;

  constructor(scope: Construct, id: string, props: EntryProps) {
    super(scope, id);
    const { config } = props;
    this.api = new HttpApi(this, 'Api', {
      description: `weft validator ${config.name}`,
      createDefaultStage: false,
    });
    this.url = this.api.apiEndpoint;
    const log = new LogGroup(this, 'Access', {
      retention: config.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const throttled = throttledRoutes(props);
    this.stage = new HttpStage(this, 'Stage', { httpApi: this.api, autoDeploy: true });
    const routes = throttled.map((route) => this.route(route));
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.accessLogSettings = { destinationArn: log.logGroupArn, format: accessFormat };
    const smallest = Math.min(...throttled.map(({ rate }) => rate));
    stage.defaultRouteSettings = {
      throttlingRateLimit: smallest,
      throttlingBurstLimit: routeBurst,
    };
    stage.routeSettings = Object.fromEntries(
      throttled.map(({ method, path, rate }) => [
        `${method} ${path}`,
        { ThrottlingRateLimit: rate, ThrottlingBurstLimit: routeBurst },
      ]),
    );
    for (const route of routes) stage.node.addDependency(...route);
  }

  private route({ method, path, to }: EntryRoute) {
    const integration = new HttpLambdaIntegration(`To${to.node.id}`, to);
    return this.api.addRoutes({ path, methods: [HttpMethod[method]], integration });
  }
}
