import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { restStage } from '#functions/gateway/gateway-request.ts';
import { accessFormat, type EntryProps, routeBurst, throttledRoutes } from './entry-routes.ts';
import type { Entry } from './http-entry.ts';

/**
 * The same routes as a REST API, for emulators that have no HTTP API. It costs more than fuses take
 * it to cost, and counts uploads to a literal shard among the writes: validators that matter have none.
 */
export class RestEntry extends Construct implements Entry {
  readonly api: RestApi;
  readonly url: string;

  constructor(scope: Construct, id: string, props: EntryProps) {
    super(scope, id);
    const { config } = props;
    const routes = throttledRoutes(props);
    const log = new LogGroup(this, 'Access', {
      retention: config.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const throttles = routes.map(({ method, path, rate }) => [
      `${behindStage(path)}/${method}`,
      { throttlingRateLimit: rate, throttlingBurstLimit: routeBurst },
    ]);
    this.api = new RestApi(this, 'Api', {
      description: `weft validator ${config.name}`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: false,
      deployOptions: {
        stageName: restStage,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat: AccessLogFormat.custom(accessFormat.replace('routeKey', 'resourcePath')),
        methodOptions: Object.fromEntries(throttles),
      },
    });
    for (const { method, path, to } of routes) {
      const resource = this.api.root.resourceForPath(behindStage(path));
      resource.addMethod(method, new LambdaIntegration(to, { allowTestInvoke: false }));
    }
    const { region, urlSuffix } = Stack.of(this);
    this.url = `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}`;
  }
}

/** Its stage is called as the version that our paths begin with. */
function behindStage(path: string): string {
  return path.replace(new RegExp(`^/${restStage}(?=/)`), '');
}
