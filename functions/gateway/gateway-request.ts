import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';

/** What an HTTP API hands on, or a REST API where there is no other. */
export type GatewayEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent;

/** A request, whichever kind of API it came through. */
export interface GatewayRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Their names are in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Stage of a REST API: paths begin with it, as ours do with the version. */
export const restStage = 'v1';

export function gatewayRequest(event: GatewayEvent): GatewayRequest {
  const { body, isBase64Encoded, requestContext } = event;
  const shared = { id: requestContext.requestId, body: body ?? '', isBase64Encoded };
  if ('rawPath' in event) {
    const { method } = event.requestContext.http;
    const { rawPath: path, rawQueryString: query, headers } = event;
    return { ...shared, method, path, query, headers };
  }
  const { httpMethod: method, headers } = event;
  return { ...shared, method, path: pathOf(event), query: queryOf(event), headers: lower(headers) };
}

/** What has no version is behind the stage all the same: it could not be reached otherwise. */
const withoutVersion: ReadonlySet<string> = new Set(['/', '/version', '/health', '/metrics']);

function pathOf({ path }: APIGatewayProxyEvent): string {
  return withoutVersion.has(path) ? path : `/${restStage}${path}`;
}

/** A REST API hands on what it has decoded. */
function queryOf({ multiValueQueryStringParameters }: APIGatewayProxyEvent): string {
  const parts = Object.entries(multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
    (values ?? []).map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return parts.join('&');
}

function lower(headers: APIGatewayProxyEvent['headers']): GatewayRequest['headers'] {
  const entries = Object.entries(headers ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
