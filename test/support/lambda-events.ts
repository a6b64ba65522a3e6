import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyWebsocketEventV2,
  Context,
  DynamoDBStreamEvent,
  SQSEvent,
} from 'aws-lambda';
import { storedValue } from '#adapters/dynamodb/stored-values.ts';
import { type ChainHead, chainHeadCodec } from '#protocol/chain/head.ts';

/** What Lambda hands over beside an event. */
export function lambdaContext(remainingMs = 10_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'weft',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:weft',
    memoryLimitInMB: '1024',
    awsRequestId: '9e2ab0ba-7a3d-4dcb-8c4e-5a3c7d3d1f55',
    logGroupName: '/aws/lambda/weft',
    logStreamName: '2026/11/21/[$LATEST]0123456789abcdef',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  } as Context;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
}

/** A request as an HTTP API hands it to its function, in payload format 2.0. */
export function gatewayEvent({ method, path, headers = {}, body }: Asked): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const isText = typeof body === 'string';
  return {
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath,
    rawQueryString,
    headers: { host: 'abcdefghij.execute-api.eu-west-1.amazonaws.com', ...headers },
    requestContext: {
      accountId: '111122223333',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'abcdefghij',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' },
      requestId: 'dGlkIGhpbnRz',
      routeKey: 'ANY /{proxy+}',
      stage: '$default',
      time: '21/Nov/2026:12:00:00 +0000',
      timeEpoch: 1_795_262_400_000,
    },
    ...(body !== undefined && { body: isText ? body : Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined && !isText,
  };
}

/** The same request as a REST API hands it on: behind its stage, with names as they were sent. */
export function restEvent(event: APIGatewayProxyEventV2): APIGatewayProxyEvent {
  const { rawPath, rawQueryString, headers, body, isBase64Encoded } = event;
  const query = new URLSearchParams(rawQueryString);
  const sent = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]);
  return {
    resource: '/{proxy+}',
    path: rawPath.replace(/^\/v1(?=\/)/, ''),
    httpMethod: event.requestContext.http.method,
    headers: Object.fromEntries(sent),
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters:
      rawQueryString === ''
        ? null
        : Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)])),
    pathParameters: null,
    stageVariables: null,
    requestContext: { requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef', stage: 'v1' },
    body: body ?? null,
    isBase64Encoded,
  } as unknown as APIGatewayProxyEvent;
}

/** A batch of a queue, whose records are named `record-0` and on, at this attempt. */
export function queueEvent(bodies: readonly string[], attempts = 1): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `record-${index}`,
      receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
      body,
      attributes: {
        ApproximateReceiveCount: `${attempts}`,
        SentTimestamp: '1795262400000',
        SenderId: 'AROAEXAMPLE:weft',
        ApproximateFirstReceiveTimestamp: '1795262400001',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:weft',
      awsRegion: 'eu-west-1',
    })),
  };
}

/** Heads as the stream of their table carries them; text stands for what is no head. */
export function streamEvent(heads: readonly (ChainHead | string)[]): DynamoDBStreamEvent {
  return {
    Records: heads.map((head, index) => {
      const bytes = typeof head === 'string' ? head : storedValue(chainHeadCodec, head);
      const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64');
      return {
        eventID: `change-${index}`,
        eventName: 'MODIFY',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-west-1',
        dynamodb: {
          NewImage: { chain: { B: '' }, version: { N: '7' }, head: { B: text } },
          SequenceNumber: `${index}`,
          SizeBytes: 300,
          StreamViewType: 'NEW_IMAGE',
        },
      };
    }),
  };
}

/** What a rule that runs by the clock sends. */
export const scheduleEvent = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '111122223333',
  time: '2026-11-21T12:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:events:eu-west-1:111122223333:rule/weft'],
  detail: {},
};

type SocketEventType = APIGatewayProxyWebsocketEventV2['requestContext']['eventType'];

/** What happens on a WebSocket. */
export function socketEvent(
  connectionId: string,
  eventType: SocketEventType,
  body?: string,
): APIGatewayProxyWebsocketEventV2 {
  return {
    requestContext: {
      routeKey: eventType === 'MESSAGE' ? '$default' : `$${eventType.toLowerCase()}`,
      messageId: 'IwOYtd2rDoECH9w=',
      eventType,
      extendedRequestId: 'IwOYtEy3DoEFj9A=',
      requestTime: '21/Nov/2026:12:00:00 +0000',
      messageDirection: 'IN',
      stage: 'v1',
      connectedAt: 1_795_262_400_000,
      requestTimeEpoch: 1_795_262_400_000,
      requestId: 'IwOYtEy3DoEFj9A=',
      domainName: 'klmnopqrst.execute-api.eu-west-1.amazonaws.com',
      connectionId,
      apiId: 'klmnopqrst',
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}
